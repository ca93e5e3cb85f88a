package io.keywheel.adapters.usage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The end of a file of MVStore: blocks of 4 KiB, the last of which ends in the footer of a chunk, as the format of
/// its version 2 and 3 has it. MVStore itself says nothing of an end that it could not read.
final class FileEnd {

    private static final int BLOCK = 4096;
    private static final int FOOTER = 128;
    private static final String BEGIN = "chunk:";

    private FileEnd() {}

    /// Whether the end of `file` is not one that MVStore wrote. No file, or an empty one, is a good beginning.
    static boolean isTorn(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (var bytes = Files.newByteChannel(file)) {
            if (bytes.size() % BLOCK != 0) {
                return true;
            }
            var footer = ByteBuffer.allocate(FOOTER);
            bytes.position(bytes.size() - FOOTER);
            while (footer.hasRemaining() && bytes.read(footer) >= 0) {
                // The channel may read less at once.
            }
            return !new String(footer.array(), StandardCharsets.ISO_8859_1).startsWith(BEGIN);
        }
    }
}
