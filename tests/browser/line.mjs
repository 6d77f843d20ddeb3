// The line between a browser and the system: a proxy on a port of its own that a test cuts, also when the system has the
// question and the browser has no answer yet, and that makes one build of the app look like the next.
import { createServer, request } from "node:http";
import { URL_BASE } from "./browser.mjs";

const TEXT = /text\/html|javascript/;

/** The line. `url` is what the browser opens. */
export class Line {
  static async lay() {
    const line = new Line();
    await new Promise((resolve) => line.server.listen(0, "127.0.0.1", resolve));
    line.url = `http://127.0.0.1:${line.server.address().port}`;
    return line;
  }

  constructor() {
    /** stands · down: nobody answers · after: what is written arrives, its answer does not · away: a proxy says 503 */
    this.state = "stands";
    this.deployed = false;
    /** How many writes of rows went through. */
    this.rows = 0;
    this.sockets = new Set();
    this.server = createServer((asked, answer) => this.#carry(asked, answer));
    this.server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  /** As if the system had stopped: open answers break off too. */
  cut(state = "down") {
    this.state = state;
    for (const socket of this.sockets) socket.destroy();
  }

  mend() {
    this.state = "stands";
  }

  /** From now on there is another build: its style sheet has another name, and so does its version. */
  deploy() {
    this.deployed = true;
  }

  async close() {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #carry(asked, answer) {
    if (this.state === "down") return asked.socket.destroy();
    if (this.state === "away") return answer.writeHead(503).end();
    const { hostname, port } = new URL(URL_BASE);
    const headers = { ...asked.headers, "accept-encoding": "identity" };
    const path = asked.url.replace("/assets/style-next-", "/assets/style-");
    const onward = request({ hostname, port, path, method: asked.method, headers }, (told) => {
      if (asked.method === "POST" && path.endsWith("/observations/rows")) {
        this.rows += 1;
        if (this.state === "after") {
          told.resume();
          return asked.socket.destroy();
        }
      }
      if (!TEXT.test(told.headers["content-type"] ?? "")) return told.pipe(answer.writeHead(told.statusCode, told.headers));
      let text = "";
      told.setEncoding("utf8");
      told.on("data", (part) => (text += part));
      told.on("end", () => {
        const { "content-length": _, "transfer-encoding": __, ...rest } = told.headers;
        answer.writeHead(told.statusCode, rest).end(this.deployed ? text.replaceAll("/assets/style-", "/assets/style-next-").replaceAll(/(version:\s*["'`])\w/g, "$1next") : text);
      });
    });
    onward.on("error", () => asked.socket.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  }
}
