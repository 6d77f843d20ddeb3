// Workbooks as tests need them: taken apart, changed in a cell, put together again, or made from rows of texts.
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

/** The parts of an archive by name. */
export function parts(bytes) {
  const found = new Map();
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [method, size, names, extras, comments, offset] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const name = bytes.toString("utf8", at + 46, at + 46 + names);
    const begin = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
    const data = bytes.subarray(begin, begin + size);
    found.set(name, method === 8 ? inflateRawSync(data) : data);
    at += 46 + names + extras + comments;
  }
  return found;
}

/** An archive of parts. */
export function archive(of) {
  const bodies = [];
  const heads = [];
  let offset = 0;
  for (const [name, content] of of) {
    const [file, data, named] = [Buffer.from(content), deflateRawSync(Buffer.from(content)), Buffer.from(name)];
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(crc32(file), 10);
    head.writeUInt32LE(data.length, 14);
    head.writeUInt32LE(file.length, 18);
    head.writeUInt16LE(named.length, 22);
    const body = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), head, named, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    heads.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), head, tail, named]));
    bodies.push(body);
    offset += body.length;
  }
  const directory = Buffer.concat(heads);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(heads.length, 8);
  end.writeUInt16LE(heads.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const said = (cell, text) => `<c r="${cell}" t="inlineStr"><is><t>${escaped(text)}</t></is></c>`;

/** The same workbook with another text in a cell of its n-th sheet, from 1. */
export function withCell(bytes, sheet, cell, text) {
  const of = parts(bytes);
  const name = `xl/worksheets/sheet${sheet}.xml`;
  const before = of.get(name).toString("utf8");
  const after = before.replace(new RegExp(`<c r="${cell}"[^>]*?(/>|>.*?</c>)`, "s"), said(cell, text));
  if (after === before) throw new Error(`sheet ${sheet} has no cell ${cell}`);
  of.set(name, after);
  return archive(of);
}

const letter = (place) => String.fromCharCode(65 + place);

/** A workbook of one sheet, of rows of texts. */
export const workbookOf = (sheet, rows) => workbookOfSheets({ [sheet]: rows });

/** A workbook of sheets by name, each of rows of texts. */
export function workbookOfSheets(sheets) {
  const cells = (row, number) => row.map((text, place) => (text ? said(`${letter(place)}${number + 1}`, text) : "")).join("");
  const names = Object.keys(sheets);
  const all = (give) => names.map((name, place) => give(name, place + 1)).join("");
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const packaged = "http://schemas.openxmlformats.org/package/2006";
  const types = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  return archive(new Map([
    ["[Content_Types].xml", `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/>${all((_, at) => `<Override PartName="/xl/worksheets/sheet${at}.xml" ContentType="${types}.worksheet+xml"/>`)}</Types>`],
    ["_rels/.rels", `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ["xl/workbook.xml", `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${all((name, at) => `<sheet name="${name}" sheetId="${at}" r:id="rId${at}"/>`)}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", `<Relationships xmlns="${packaged}/relationships">${all((_, at) => `<Relationship Id="rId${at}" Type="${office}/worksheet" Target="worksheets/sheet${at}.xml"/>`)}</Relationships>`],
    ...names.map((name, place) => [`xl/worksheets/sheet${place + 1}.xml`, `<worksheet xmlns="${main}"><sheetData>${sheets[name].map((row, number) => `<row r="${number + 1}">${cells(row, number)}</row>`).join("")}</sheetData></worksheet>`]),
  ]));
}
