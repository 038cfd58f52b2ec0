import { constants, createSecureServer } from 'node:http2';
import { connect } from 'node:net';
import { relay } from './relay.mjs';

const { HTTP2_METHOD_CONNECT } = constants;

export function startServer(tls, peer, allow) {
  const sessions = new Set();
  const server = createSecureServer({ ...tls, requestCert: true, rejectUnauthorized: true });

  // Before the listener of http2, so that a stranger gets no session.
  server.prependListener('secureConnection', (socket) => {
    const seen = socket.getPeerCertificate().subjectaltname;
    if (seen !== `URI:${peer}`) {
      console.log(`refused ${seen}, expected ${peer}`);
      socket.destroy();
    }
  });
  server.on('tlsClientError', (error) => console.log(`refused ${error.code ?? error.message}`));
  server.on('sessionError', () => {});
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => terminate(stream, headers, allow));
  return {
    server,
    // GOAWAY to the sessions there are; the server goes on taking new ones.
    drain: () => sessions.forEach((session) => session.close()),
  };
}

function terminate(stream, headers, allow) {
  const authority = headers[':authority'];
  if (headers[':method'] !== HTTP2_METHOD_CONNECT) {
    stream.respond({ ':status': 405 }, { endStream: true });
    return;
  }
  const [host, port] = authority.split(':');
  if (authority !== allow && host !== '127.0.0.2') {
    stream.respond({ ':status': 403 }, { endStream: true });
    return;
  }
  const target = connect({ host, port, allowHalfOpen: true });
  const failed = () => stream.respond({ ':status': 503 }, { endStream: true });
  target.once('error', failed);
  target.once('connect', () => {
    target.off('error', failed);
    stream.respond({ ':status': 200 });
    relay(stream, target, () => stream.destroy(new Error('the target broke'))); // INTERNAL_ERROR
  });
}
