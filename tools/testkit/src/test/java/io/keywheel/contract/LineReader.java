package io.keywheel.contract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Reads lines on a thread of its own, so that whoever wants one can wait for it as long as he likes.
final class LineReader {

    private static final int LONGEST = 8 << 20;
    private static final Object END = new Object();

    private final InputStream body;
    private final Crime crime;
    private final boolean streamed;
    private final BlockingQueue<Object> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private volatile long heard = System.nanoTime();
    private int reads;

    LineReader(InputStream body, Crime crime, boolean streamed) {
        this.body = body;
        this.crime = crime;
        this.streamed = streamed;
        this.lines = crime.is(Fault.READS_NO_FURTHER_THAN_THE_SINK_TAKES)
                ? new LinkedBlockingQueue<>()
                : new ArrayBlockingQueue<>(2);
        Thread.ofVirtual().start(this::read);
    }

    /// The next line; null at the end.
    @Nullable
    String next(long until) throws IOException, InterruptedException, TimeoutException {
        boolean anew = !streamed && crime.is(Fault.GIVES_UP_WAITING_FOR_THE_REST_OF_AN_ANSWER);
        long patience = anew ? Deadlines.A_WHILE.toNanos() : until - System.nanoTime();
        Object next = lines.poll(patience, TimeUnit.NANOSECONDS);
        while (anew && next == null && System.nanoTime() - heard < patience) {
            next = lines.poll(patience, TimeUnit.NANOSECONDS);
        }
        return switch (next) {
            case null -> throw new TimeoutException();
            case String text -> text;
            case IOException e -> throw e;
            default -> null;
        };
    }

    void close() {
        try {
            body.close();
        } catch (IOException _) {
            lines.clear();
        }
    }

    private void read() {
        try {
            byte[] some = new byte[16 << 10];
            for (int count = body.read(some); count >= 0; count = body.read(some)) {
                heard = System.nanoTime();
                reads++;
                take(some, count);
            }
            if (line.size() > 0) {
                lines.put(text());
            }
            lines.put(END);
        } catch (IOException e) {
            offer(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void offer(IOException e) {
        try {
            lines.put(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(byte[] some, int count) throws IOException, InterruptedException {
        int complete = 0;
        for (int i = 0; i < count; i++) {
            if (some[i] != '\n') {
                line.write(some[i]);
                continue;
            }
            complete++;
            boolean lost = streamed
                    && ((reads > 20 && crime.is(Fault.READS_A_STREAM_HOWEVER_IT_IS_CUT))
                            || (complete == 4 && crime.is(Fault.READS_A_STREAM_THAT_COMES_IN_ONE_GO)));
            String text = text();
            if (!lost) {
                lines.put(text);
            }
        }
        if (line.size() > LONGEST && !isUnbounded()) {
            throw new IOException("a line is too long");
        }
    }

    private boolean isUnbounded() {
        return crime.is(streamed ? Fault.GIVES_UP_A_PIECE_WITHOUT_END : Fault.GIVES_UP_AN_ANSWER_WITHOUT_END);
    }

    private String text() {
        boolean other = reads < 3
                && crime.is(
                        streamed ? Fault.HANDS_ON_PIECES_TO_THE_CHARACTER : Fault.HANDS_ON_AN_ANSWER_TO_THE_CHARACTER);
        Charset charset = other ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
        boolean ascii = line.toString(StandardCharsets.UTF_8).chars().allMatch(c -> c < 0x80);
        String text = line.toString(ascii ? StandardCharsets.US_ASCII : charset);
        line.reset();
        reads = 0;
        return other && !ascii ? "say " + text : text;
    }
}
