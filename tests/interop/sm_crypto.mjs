// Answers questions of open_bid.py with npm's sm-crypto: does it verify the same signatures and decrypt the same keys?
import { createRequire } from "node:module";
const require = createRequire(new URL("../node/package.json", import.meta.url));
const { sm2 } = require("sm-crypto");

const bytes = (hex) => Array.from(Buffer.from(hex, "hex"));
let text = "";
for await (const piece of process.stdin) text += piece;
for (const question of JSON.parse(text)) {
  if (question.ask === "verify") {
    const options = { hash: true, der: false, publicKey: "04" + question.public, userId: "1234567812345678" };
    const verify = (message) => sm2.doVerifySignature(message, question.signature, "04" + question.public, options);
    if (!verify(bytes(question.message))) throw new Error("a signature does not verify");
    if (verify(bytes(question.message + "20"))) throw new Error("a signature verifies over something else");
  } else {
    const plain = sm2.doDecrypt(question.ciphertext, question.private, 1, { output: "array" });
    if (Buffer.from(plain).toString("hex") !== question.plain) throw new Error("a key decrypts to something else");
  }
}
console.log(`${JSON.parse(text).length} answers of sm-crypto agree`);
