package io.keywheel.adapters.usage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the version at both ends of an MVStore file. In formats 2 and 3, a file consists of blocks of 4 KiB. The
/// first block begins with the file's header, and the last one ends in the footer of a chunk. MVStore itself does
/// not report that it dropped unreadable or missing chunks.
final class FileEnd {

    private static final int BLOCK = 4096;

    /// The size of a file without a chunk, as a process leaves it that is killed before its first save. A file that
    /// was cut to this size looks alike.
    private static final int HEADERS = 2 * BLOCK;

    private static final int FOOTER = 128;
    private static final String BEGIN = "chunk:";
    private static final Pattern VERSION = Pattern.compile(",version:([0-9a-f]{1,15}),");

    private FileEnd() {}

    /// The version that the file has, unless it is damaged: [Long#MAX_VALUE] if `file` does not end as MVStore ends
    /// it, 0 if it is missing or empty. The header is written less often than chunks, so the higher version counts.
    /// Fails if the file is read-only, because MVStore would open it and save nothing.
    static long version(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        try (var bytes = Files.newByteChannel(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (bytes.size() == 0) {
                return 0;
            }
            if (bytes.size() % BLOCK != 0) {
                return Long.MAX_VALUE;
            }
            String footer = text(bytes, bytes.size() - FOOTER, FOOTER);
            return footer.startsWith(BEGIN) || bytes.size() == HEADERS
                    ? Math.max(version(footer), version(text(bytes, 0, BLOCK)))
                    : Long.MAX_VALUE;
        }
    }

    private static String text(SeekableByteChannel bytes, long from, int length) throws IOException {
        var read = ByteBuffer.allocate(length);
        bytes.position(from);
        while (read.hasRemaining() && bytes.read(read) >= 0) {
            // One read may return fewer bytes.
        }
        return new String(read.array(), StandardCharsets.ISO_8859_1);
    }

    private static long version(String fields) {
        Matcher version = VERSION.matcher(fields);
        return version.find() ? Long.parseLong(version.group(1), 16) : 0;
    }
}
