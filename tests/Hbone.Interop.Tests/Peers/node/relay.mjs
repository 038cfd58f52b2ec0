import { constants } from 'node:http2';

// Relays between a CONNECT stream and a TCP socket: each end is passed on by itself, and so is a reset.
//
// reset() has to send RST_STREAM for a TCP connection that broke. The documented stream.close(code) will not do: it ends
// the writable side first, so that END_STREAM precedes RST_STREAM and the peer takes what it has for everything.
export function relay(stream, socket, reset) {
  socket.on('error', (error) => {
    console.log(`socket failed: ${error.code}`);
    reset();
  });
  stream.on('error', () => {}); // told by "close"
  stream.on('aborted', () => socket.resetAndDestroy());
  stream.on('close', () => {
    if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) {
      console.log(`stream reset: ${stream.rstCode}`);
      socket.resetAndDestroy();
    }
  });
  stream.pipe(socket);
  socket.pipe(stream);
}
