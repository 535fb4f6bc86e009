import ExcelJS from 'exceljs';

export class Workflow {
  async start(data, headers, api) {
    const workbook = new ExcelJS.Workbook();
    workbook.created = new Date(Date.UTC(2024, 0, 1));
    workbook.modified = workbook.created;
    const sheet = workbook.addWorksheet('Orders');
    sheet.columns = [
      { header: 'Item', key: 'item', width: 20 },
      { header: 'Price', key: 'price' },
    ];
    sheet.addRow({ item: 'tea', price: 3.5 });
    sheet.addRow({ item: 'cake', price: 4 });
    sheet.getCell('B4').value = { formula: 'SUM(B2:B3)', result: 7.5 };
    const bytes = await workbook.xlsx.writeBuffer();
    const read = new ExcelJS.Workbook();
    await read.xlsx.load(bytes);
    const found = [];
    read.getWorksheet('Orders').eachRow((row) => found.push(row.values.slice(1)));
    await api.runStore.set('rows', found.slice(0, 3));
    return read.getWorksheet('Orders').getCell('B4').result;
  }
}
