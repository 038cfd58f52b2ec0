// Speaks HBONE with Node's http2 module, for the interop tests of Hbone for .NET.
//
//   node peer.mjs server -identity DIR -peer ID -allow HOST:PORT
//   node peer.mjs client -identity DIR -peer ID -via HOST:PORT
//
// The server terminates CONNECT streams; the client is an HTTP/1.1 CONNECT proxy on loopback that opens one CONNECT stream
// for each request. Both print "listening ADDRESS" once they can be used, and end when standard input does.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startClient } from './client.mjs';
import { startServer } from './server.mjs';

const [role, ...rest] = process.argv.slice(2);
const flags = {};
for (let i = 0; i < rest.length; i += 2) {
  flags[rest[i]] = rest[i + 1];
}

const read = (name) => readFileSync(join(flags['-identity'], name));
const tls = {
  cert: read('svid.pem'),
  key: read('svid_key.pem'),
  ca: read('bundle.pem'),
  minVersion: 'TLSv1.3',
};

let server;
let drain = () => {};
if (role === 'server') {
  ({ server, drain } = startServer(tls, flags['-peer'], flags['-allow']));
} else {
  server = startClient(tls, flags['-peer'], flags['-via']);
}

server.listen(0, '127.0.0.1', () => console.log(`listening 127.0.0.1:${server.address().port}`));

const commands = createInterface({ input: process.stdin });
commands.on('line', (line) => {
  if (line !== 'drain') {
    throw new Error(`unknown command ${line}`);
  }
  drain();
});
commands.on('close', () => process.exit(0));
