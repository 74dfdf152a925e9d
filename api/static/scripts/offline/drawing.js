// A QR code as SVG: the address in bytes, what follows it in the short mode, the least correction —
// on a screen, which has no dirt, fewer modules are read from further away.
import { qrcode } from "../../vendor/qrcode.min.js";

const QUIET = 4;
const SVG = "http://www.w3.org/2000/svg";

export function draw(address, letters, label) {
  const code = qrcode(0, "L");
  code.addData(address, "Byte");
  code.addData(letters, "Alphanumeric");
  code.make();
  const size = code.getModuleCount();
  let path = "";
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) if (code.isDark(y, x)) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  }
  const picture = document.createElementNS(SVG, "svg");
  const whole = size + 2 * QUIET;
  const attributes = { viewBox: `0 0 ${whole} ${whole}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" };
  for (const [name, value] of Object.entries(attributes)) picture.setAttribute(name, value);
  const ground = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ width: whole, height: whole, fill: "#fff" })) ground.setAttribute(name, value);
  const modules = document.createElementNS(SVG, "path");
  modules.setAttribute("d", path);
  picture.append(ground, modules);
  return picture;
}
