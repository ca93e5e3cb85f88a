package io.keywheel.adapters.usage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the end of an MVStore file. In formats 2 and 3, a file consists of blocks of 4 KiB, and the last
/// block ends in the footer of a chunk. MVStore itself does not report that it dropped an unreadable chunk.
final class FileEnd {

    private static final int BLOCK = 4096;
    private static final int FOOTER = 128;
    private static final Pattern VERSION = Pattern.compile("chunk:.*,version:([0-9a-f]{1,15}),.*", Pattern.DOTALL);

    private FileEnd() {}

    /// The version of the last chunk, which MVStore opens unless the file is damaged: [Long#MAX_VALUE] if `file`
    /// does not end as MVStore ends it, 0 if it is missing or empty. Fails if the file is read-only, because
    /// MVStore would open it and save nothing.
    static long version(Path file) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        try (var bytes = Files.newByteChannel(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (bytes.size() == 0) {
                return 0;
            }
            if (bytes.size() % BLOCK != 0) {
                return Long.MAX_VALUE;
            }
            var footer = ByteBuffer.allocate(FOOTER);
            bytes.position(bytes.size() - FOOTER);
            while (footer.hasRemaining() && bytes.read(footer) >= 0) {
                // One read may return fewer bytes.
            }
            Matcher version = VERSION.matcher(new String(footer.array(), StandardCharsets.ISO_8859_1));
            return version.matches() ? Long.parseLong(version.group(1), 16) : Long.MAX_VALUE;
        }
    }
}
