// Documents for tests: made here, so that no bid of anybody stands in the repository.

import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

/**
 * A PDF written page by page. Its Chinese font is not embedded, and its digits are Helvetica: both need files of the
 * reader. `noise` bytes of every page are an image that cannot be compressed, as scans are.
 */
export function writePdf(path, { pages, noise = 0, words = (page) => `第 ${page} 页`, outline = 0, flat = false }) {
  const file = openSync(path, 'w');
  const offsets = [];
  let at = 0;
  const put = (bytes) => {
    at += writeSync(file, bytes);
  };
  const object = (number, body, stream = null) => {
    offsets[number] = at;
    put(`${number} 0 obj\n${body}\n`);
    if (stream) {
      put('stream\n');
      put(stream);
      put('\nendstream\n');
    }
    put('endobj\n');
  };
  put('%PDF-1.7\n%\u00e2\u00e3\n');
  const side = Math.floor(Math.sqrt(noise / 3));
  const picture = side > 0 ? randomBytes(side * side * 3) : null;
  const step = picture ? 3 : 2;
  const first = 10;
  const pageAt = (page) => first + (page - 1) * step;
  const marks = first + pages * step;
  object(1, `<< /Type /Catalog /Pages 2 0 R ${outline ? `/Outlines ${marks} 0 R` : ''} >>`);
  object(3, '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>');
  object(4, '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R /DW 1000 >>');
  object(5, '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>');
  object(6, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  // A flat list makes a reader look at every page before the last; groups do not.
  const group = flat ? pages : 50;
  const groups = Math.ceil(pages / group);
  const groupAt = (index) => marks + outline + 1 + index;
  for (let page = 1; page <= pages; page += 1) {
    const lines = [].concat(words(page));
    const shown = lines.map((line, index) => `BT /F1 20 Tf 70 ${740 - index * 40} Td <${hex(line)}> Tj ET`);
    const text = `${shown.join('\n')}\nBT /F2 12 Tf 280 40 Td (${page} / ${pages}) Tj ET${picture ? '\nq 240 0 0 240 180 120 cm /I Do Q' : ''}`;
    const own = pageAt(page);
    object(own, `<< /Type /Page /Parent ${groupAt(Math.floor((page - 1) / group))} 0 R /MediaBox [0 0 595 842] /Contents ${own + 1} 0 R /Resources << /Font << /F1 3 0 R /F2 6 0 R >>${picture ? ` /XObject << /I ${own + 2} 0 R >>` : ''} >> >>`);
    object(own + 1, `<< /Length ${Buffer.byteLength(text)} >>`, text);
    if (picture) {
      picture.writeUInt32LE(page, 0);
      object(own + 2, `<< /Type /XObject /Subtype /Image /Width ${side} /Height ${side} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Length ${picture.length} >>`, picture);
    }
  }
  if (outline) {
    object(marks, `<< /Type /Outlines /First ${marks + 1} 0 R /Last ${marks + outline} 0 R /Count ${outline} >>`);
    for (let index = 1; index <= outline; index += 1) {
      const page = 1 + Math.floor(((index - 1) * pages) / outline);
      const around = `${index > 1 ? `/Prev ${marks + index - 1} 0 R` : ''} ${index < outline ? `/Next ${marks + index + 1} 0 R` : ''}`;
      object(marks + index, `<< /Title <FEFF${hex(`${index} 章节`)}> /Parent ${marks} 0 R ${around} /Dest [${pageAt(page)} 0 R /Fit] >>`);
    }
  }
  for (let index = 0; index < groups; index += 1) {
    const members = [];
    for (let page = index * group + 1; page <= Math.min(pages, (index + 1) * group); page += 1) members.push(`${pageAt(page)} 0 R`);
    object(groupAt(index), `<< /Type /Pages /Parent 2 0 R /Kids [${members.join(' ')}] /Count ${members.length} >>`);
  }
  object(2, `<< /Type /Pages /Kids [${Array.from({ length: groups }, (_, index) => `${groupAt(index)} 0 R`).join(' ')}] /Count ${pages} >>`);
  const start = at;
  const count = offsets.length;
  const rows = ['0000000000 65535 f \n'];
  for (let number = 1; number < count; number += 1) {
    rows.push(offsets[number] === undefined ? '0000000000 00000 f \n' : `${String(offsets[number]).padStart(10, '0')} 00000 n \n`);
  }
  put(`xref\n0 ${count}\n${rows.join('')}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  closeSync(file);
}

function hex(text) {
  return Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();
}

/** A page with an electronic seal, a link, and a script that would run on opening. */
export function writeSealed(path) {
  const seal = '1 0 0 rg 0 0 120 120 re f';
  writeFileSync(path, `%PDF-1.7
1 0 obj
<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] /SigFlags 3 >> /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>
endobj
2 0 obj
<< /Type /Pages /Kids [3 0 R] /Count 1 >>
endobj
3 0 obj
<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [5 0 R 6 0 R] >>
endobj
4 0 obj
<< /Type /XObject /Subtype /Form /BBox [0 0 120 120] /Length ${seal.length} >>
stream
${seal}
endstream
endobj
5 0 obj
<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /F 4 /Rect [300 600 420 720] /AP << /N 4 0 R >> /P 3 0 R >>
endobj
6 0 obj
<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI (https://example.invalid/) >> >>
endobj
trailer
<< /Size 7 /Root 1 0 R >>
%%EOF
`);
}

/** The same document, to be opened with a password only. */
export function lock(from, to) {
  execFileSync('qpdf', ['--encrypt', 'geheim', 'geheim', '256', '--', from, to]);
}

/** The first part of a document. */
export function breakOff(from, to) {
  const bytes = readFileSync(from);
  writeFileSync(to, Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(Math.min(50_000, bytes.length))]));
}

const CHAPTERS = [
  ['总述', ['项目理解', '编制依据', '总体目标']],
  ['总体技术方案', ['系统架构', '设计原则', '关键技术']],
  ['设备性能指标', ['在线监测仪表', '边缘网关', '供电与防护']],
  ['安装调试方案', ['组织与工期', '现场条件', '联调']],
  ['数据平台', ['平台架构', '平台接口与数据质量', '安全与备份']],
  ['质量保证措施', ['质量体系', '检验与试验', '验收']],
];

/** A technical bid as HTML, for a browser to print: headings become bookmarks. */
export function bidHtml(label, { days = 30, seconds = 2, filler = 1 } = {}) {
  const table = `<table><tr><th>指标</th><th>招标要求</th><th>本方案</th><th>证明材料</th></tr>
<tr><td>余氯测量误差</td><td>≤ ±5 %</td><td>≤ ±3 %</td><td>附件 9</td></tr><tr><td>浊度测量范围</td><td>0–20 NTU</td><td>0–40 NTU</td><td>附件 9</td></tr>
<tr><td>数据上传周期</td><td>≤ 5 分钟</td><td>1 分钟</td><td>附件 14</td></tr><tr><td>断网缓存</td><td>≥ 7 天</td><td>${days} 天</td><td>附件 14</td></tr></table>`;
  const figure = `<figure><svg viewBox="0 0 560 150" width="100%"><g fill="#fff" stroke="#333"><rect x="8" y="14" width="112" height="34"/><rect x="8" y="58" width="112" height="34"/><rect x="8" y="102" width="112" height="34"/><rect x="200" y="46" width="128" height="58"/><rect x="408" y="18" width="140" height="44"/><rect x="408" y="88" width="140" height="44"/></g><g stroke="#333" fill="none"><path d="M120 31h40v44h40M120 75h80M120 119h40V75M328 75h40V40h40M368 75v35h40"/></g><g text-anchor="middle" font-size="13"><text x="64" y="36">出厂水监测点 6 处</text><text x="64" y="80">管网监测点 42 处</text><text x="64" y="124">末梢监测点 18 处</text><text x="264" y="70">边缘网关</text><text x="264" y="90">断网缓存 ${days} 天</text><text x="478" y="45">水质数据平台</text><text x="478" y="115">应急调度接口</text></g></svg><figcaption>图 5-3　系统结构</figcaption></figure>`;
  const plain = ['质量', '进度', '安全', '环境'].map((word, at) => `<p>本节说明${word}管理的组织、职责与流程，对应招标文件第六章第 ${at + 2} 条。各项措施落实到岗位，过程记录可追溯，检查结果每周汇总并报监理人。</p>`).join('').repeat(filler);
  const body = CHAPTERS.map(([chapter, sections], c) => {
    const parts = sections.map((section, s) => {
      const special = chapter === '数据平台' && s === 1;
      const text = special
        ? `<p>本方案的数据平台由采集层、边缘层与应用层组成，全部监测点的数据经边缘网关汇聚后上传。网关在通信中断时可本地缓存不少于 ${days} 天的分钟级数据，恢复后自动补传，补传数据带原始时标，不覆盖平台侧已有记录。</p>${figure}<h3>5.2.1　接口</h3><p>平台提供符合 SL/T 427 的上行接口与面向调度系统的订阅接口，接口响应时间不大于 ${seconds} 秒，并提供完整的接口测试记录（见附件 14）。</p>${table}<h3>5.2.2　数据质量</h3><p>平台对每一条数据标注来源、校准批次与可信等级，异常数据不删除，仅作标注，供事后追溯。</p><p>平台按日生成质量报告，内容包括完整率、有效率与校准记录。</p>`
        : plain;
      return `<section><h2>${c + 1}.${s + 1}　${section}</h2>${text}</section>`;
    });
    return `<h1>${c + 1}　${chapter}</h1>${parts.join('')}`;
  });
  return `<!doctype html><meta charset="utf-8"><title>${label}</title><style>@page{size:A4;margin:24mm 22mm}body{font:12pt/1.9 "Noto Serif CJK SC",serif}h1{font-size:19pt;break-before:page}h2{font-size:16pt}h3{font-size:13pt}section{break-after:page}p{text-indent:2em;text-align:justify;margin:0}table{width:100%;border-collapse:collapse;margin:8pt 0;font-size:10.5pt}td,th{border:1px solid #444;padding:2pt 6pt;text-align:center}figure{border:1px solid #999;margin:8pt 0;padding:8pt}figcaption{text-align:center;font-size:10.5pt}</style><h1>${label}　技术标</h1><p>本文件按暗标要求编制，不含可以识别投标人的内容。</p>${body.join('')}`;
}
