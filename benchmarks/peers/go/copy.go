package main

import (
	"io"
	"sync"
)

// maxFrameBytes is the largest DATA frame that either side accepts. With the 16 KiB of RFC 9113 every frame, with its
// header of nine bytes, is one full TLS record and a tiny one; with this a whole buffer is one frame.
const maxFrameBytes = 256 << 10

var buffers = sync.Pool{New: func() any {
	buffer := make([]byte, 64<<10)
	return &buffer
}}

// relay is io.Copy with a pooled buffer. The wrappers hide ReadFrom and WriteTo of a TCP connection, which would allocate
// a buffer of 32 KiB instead: neither side of the copy is a plain socket that the kernel could splice.
func relay(to io.Writer, from io.Reader) error {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	_, err := io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, *buffer)
	return err
}
