import { createServer } from 'node:http';
import { connect, constants } from 'node:http2';
import { relay } from './relay.mjs';

const { NGHTTP2_CANCEL } = constants;

// Serves HTTP/1.1 CONNECT on loopback. The answer carries the status of the HBONE server; 502 with an "Error" header says
// that there was none.
export function startClient(tls, peer, via) {
  let current;
  const session = () => {
    if (!current || current.closed || current.destroyed) {
      current = connect(`https://${via}`, {
        ...tls,
        // An SVID names a workload by URI and has no host name; the chain is verified against the bundle as always.
        checkServerIdentity: (_, certificate) =>
          certificate.subjectaltname === `URI:${peer}`
            ? undefined
            : new Error(`expected ${peer}, saw ${certificate.subjectaltname}`),
      });
      current.on('connect', () => console.log('connected'));
      current.on('goaway', (code, last) => console.log(`goaway ${code} ${last}`));
      current.on('error', (error) => console.log(`session failed: ${error.message}`));
    }
    return current;
  };

  return createServer().on('connect', (request, local) => {
    const abort = new AbortController();
    const stream = session().request(
      { ':method': 'CONNECT', ':authority': request.url },
      { signal: abort.signal },
    );
    // A session that is lost may close its streams without an error.
    let failure = 'the stream was closed';
    const failed = () => answer(local, 502, `Error: ${failure}\r\n`);
    stream.once('error', (error) => (failure = error.message));
    stream.once('close', failed);
    stream.once('response', (headers) => {
      stream.off('close', failed);
      if (headers[':status'] !== 200) {
        stream.on('error', () => {});
        answer(local, headers[':status']);
        stream.close(NGHTTP2_CANCEL);
        return;
      }
      local.write('HTTP/1.1 200 OK\r\n\r\n');
      relay(stream, local, () => abort.abort()); // CANCEL
    });
  });
}

function answer(local, status, header = '') {
  local.on('error', () => {});
  local.end(`HTTP/1.1 ${status} -\r\n${header}\r\n`);
}
