package io.keywheel.adapters.usage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Checks the end of an MVStore file. In formats 2 and 3, a file consists of blocks of 4 KiB, and the last
/// block ends in the footer of a chunk. MVStore itself does not report an unreadable end.
final class FileEnd {

    private static final int BLOCK = 4096;
    private static final int FOOTER = 128;
    private static final String BEGIN = "chunk:";

    private FileEnd() {}

    /// Whether `file` does not end as MVStore ends it. A missing or empty file is not torn. Fails if the file is
    /// read-only, because MVStore would open it and save nothing.
    static boolean isTorn(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (var bytes = Files.newByteChannel(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (bytes.size() == 0) {
                return false;
            }
            if (bytes.size() % BLOCK != 0) {
                return true;
            }
            var footer = ByteBuffer.allocate(FOOTER);
            bytes.position(bytes.size() - FOOTER);
            while (footer.hasRemaining() && bytes.read(footer) >= 0) {
                // One read may return fewer bytes.
            }
            return !new String(footer.array(), StandardCharsets.ISO_8859_1).startsWith(BEGIN);
        }
    }
}
