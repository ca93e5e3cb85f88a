package io.keywheel.adapters.llm.sdk;

import io.keywheel.adapters.llm.memory.AnswerMemory.Share;
import io.keywheel.adapters.llm.transport.TransportException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Cuts bytes into lines, wherever the network happened to split them. Confined to one thread.
final class LineReader {

    /// Many times what a model says in one go.
    private static final int LONGEST = 1 << 20;

    private final Share share;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);

    /// @param share of what holds a line that is under way
    LineReader(Share share) {
        this.share = share;
    }

    /// The lines that `bytes` complete.
    List<String> read(byte[] bytes) throws TransportException {
        var lines = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                append(bytes, start, i);
                lines.addAll(end());
                start = i + 1;
            }
        }
        append(bytes, start, bytes.length);
        return lines;
    }

    /// The line that was under way when the bytes ended.
    List<String> end() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        share.hold(0);
        return List.of(text);
    }

    private void append(byte[] bytes, int from, int to) throws TransportException {
        int size = line.size() + to - from;
        if (size > LONGEST) {
            throw TransportException.broken("a line of the stream is larger than 1 MiB", null);
        }
        if (!share.hold(size)) {
            throw TransportException.noRoom();
        }
        line.write(bytes, from, to - from);
    }
}
