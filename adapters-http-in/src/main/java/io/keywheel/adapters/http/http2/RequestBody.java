package io.keywheel.adapters.http.http2;

import java.nio.charset.StandardCharsets;

/// Turns the body of a request into one of HTTP/1.1.
sealed interface RequestBody {

    /// A piece of it, as it stands in HTTP/1.1.
    byte[] piece(byte[] data);

    /// What stands at its end.
    byte[] end();

    /// A body whose length was told.
    final class Counted implements RequestBody {

        private long left;

        Counted(long length) {
            this.left = length;
        }

        @Override
        public byte[] piece(byte[] data) {
            left -= data.length;
            if (left < 0) {
                throw new BrokenStreamException(ErrorCode.PROTOCOL_ERROR, "a body that is longer than was told");
            }
            return data;
        }

        @Override
        public byte[] end() {
            if (left > 0) {
                throw new BrokenStreamException(ErrorCode.PROTOCOL_ERROR, "a body that is shorter than was told");
            }
            return new byte[0];
        }
    }

    /// A body of a length that only its end tells.
    final class Chunks implements RequestBody {

        private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        @Override
        public byte[] piece(byte[] data) {
            byte[] size = (Integer.toHexString(data.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            byte[] chunk = new byte[size.length + data.length + 2];
            System.arraycopy(size, 0, chunk, 0, size.length);
            System.arraycopy(data, 0, chunk, size.length, data.length);
            chunk[chunk.length - 2] = '\r';
            chunk[chunk.length - 1] = '\n';
            return chunk;
        }

        @Override
        public byte[] end() {
            return LAST.clone();
        }
    }
}
