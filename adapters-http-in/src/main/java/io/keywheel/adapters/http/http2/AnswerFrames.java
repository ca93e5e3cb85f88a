package io.keywheel.adapters.http.http2;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Turns an answer of HTTP/1.1, as Helidon writes it, into frames.
final class AnswerFrames implements DataWriter {

    /// What comes next.
    private enum Part {
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        LAST_LINES,
        NOTHING
    }

    private final Windows windows;
    private final Windows.Window window;
    private final int stream;
    private final boolean isBodiless;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> head = new ArrayList<>();
    private Part part = Part.HEAD;
    private long left;

    /// @param isBodiless whether the answer has no body, whatever its head says
    AnswerFrames(Windows windows, Windows.Window window, int stream, boolean isBodiless) {
        this.windows = windows;
        this.window = window;
        this.stream = stream;
        this.isBodiless = isBodiless;
    }

    boolean isWhole() {
        return part == Part.NOTHING;
    }

    @Override
    public void write(BufferData... buffers) {
        for (BufferData buffer : buffers) {
            write(buffer);
        }
    }

    @Override
    public void write(BufferData buffer) {
        byte[] bytes = new byte[buffer.available()];
        buffer.read(bytes);
        for (int at = 0; at < bytes.length; ) {
            at = part == Part.BODY || part == Part.CHUNK ? body(bytes, at) : line(bytes, at);
        }
    }

    @Override
    public void writeNow(BufferData... buffers) {
        write(buffers);
    }

    @Override
    public void writeNow(BufferData buffer) {
        write(buffer);
    }

    private int body(byte[] bytes, int from) {
        int some = (int) Math.min(bytes.length - from, left);
        left -= some;
        boolean ends = left == 0 && part == Part.BODY;
        windows.data(window, stream, Arrays.copyOfRange(bytes, from, from + some), ends);
        if (left == 0) {
            part = ends ? Part.NOTHING : Part.CHUNK_END;
        }
        return from + some;
    }

    private int line(byte[] bytes, int from) {
        for (int at = from; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                String whole = line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
                line.reset();
                take(whole);
                return at + 1;
            }
            line.write(bytes[at]);
        }
        return bytes.length;
    }

    private void take(String whole) {
        switch (part) {
            case HEAD -> takeOfHead(whole);
            case CHUNK_SIZE -> {
                left = Long.parseLong(whole, 16);
                part = left == 0 ? Part.LAST_LINES : Part.CHUNK;
            }
            case CHUNK_END -> part = Part.CHUNK_SIZE;
            case LAST_LINES -> {
                if (whole.isEmpty()) {
                    windows.data(window, stream, new byte[0], true);
                    part = Part.NOTHING;
                }
            }
            case BODY, CHUNK, NOTHING -> throw new IllegalStateException("more than the answer");
        }
    }

    private void takeOfHead(String whole) {
        if (!whole.isEmpty()) {
            head.add(whole);
            return;
        }
        AnswerHead answer = AnswerHead.of(head);
        head.clear();
        boolean ends = !answer.isInterim() && (isBodiless || !answer.hasBody());
        windows.head(window, stream, answer.fields().bytes(), ends);
        if (!answer.isInterim()) {
            left = answer.length();
            part = ends ? Part.NOTHING : answer.isChunked() ? Part.CHUNK_SIZE : Part.BODY;
        }
    }
}
