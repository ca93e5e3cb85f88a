package io.keywheel.adapters.llm.transport;

import io.helidon.common.buffers.DataReader;
import io.helidon.webclient.api.HttpClientResponse;
import io.keywheel.adapters.llm.transport.ResponseQueue.Arrival;
import io.keywheel.adapters.llm.transport.Transport.Request;
import io.keywheel.adapters.llm.transport.Transport.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// One request over Helidon's blocking client, on a separate virtual thread. So the caller can stop waiting, and an
/// interrupt ends the client's call.
final class HelidonExchange implements Transport.Body {

    /// The most bytes of one read. The client allocates so many for each chunk, however small it is.
    private static final int PIECE = 4 << 10;

    /// The pieces between two pauses. While bytes are there, this thread and its reader wake each other, and Java
    /// runs such threads before new ones, such as that of a new client. A pause lets new threads run.
    private static final int PIECES_IN_A_ROW = 16;

    private final HelidonTransport transport;
    private final Request request;
    private final ResponseQueue responseQueue;
    private final Semaphore demand = new Semaphore(0);
    private final Thread worker = Thread.ofVirtual().unstarted(this::work);

    HelidonExchange(HelidonTransport transport, Request request) {
        this.transport = transport;
        this.request = request;
        this.responseQueue = new ResponseQueue(transport.watch);
    }

    Response start(AttemptDeadline attemptDeadline) throws TransportException, InterruptedException {
        worker.start();
        Arrival.Head first = null;
        try {
            first = responseQueue.head(attemptDeadline);
            return new Response(first.status(), first.headers(), this);
        } finally {
            if (first == null) {
                close();
            }
        }
    }

    @Override
    public byte @Nullable [] next(AttemptDeadline attemptDeadline) throws TransportException, InterruptedException {
        demand.release();
        return responseQueue.bytes(attemptDeadline);
    }

    @Override
    public boolean hasEnded() {
        return responseQueue.hasEnded();
    }

    /// Safe from any thread.
    @Override
    public void close() {
        worker.interrupt();
    }

    private void work() {
        try {
            exchange();
            // Put only now that the connection is idle again, so that the caller's next request can reuse it.
            responseQueue.put(new Arrival.End());
        } catch (Throwable e) {
            // Catches every exception: the caller waits on another thread, and the client throws more than
            // IOException.
            responseQueue.put(new Arrival.Broken(e));
        } finally {
            transport.running.remove(this);
        }
    }

    /// Sends the request, and repeats it if the connection had been closed while idle. The last repeat uses a new
    /// connection.
    private void exchange() throws TransportException, IOException, InterruptedException {
        for (int repeats = 0; ; repeats++) {
            HelidonConnection idle = repeats < Transport.MOST_REPEATS ? transport.connections.acquire() : null;
            HelidonConnection connection = idle == null ? transport.connect(request.uri()) : idle;
            long began = System.nanoTime();
            try (HttpClientResponse response = transport.send(request, connection)) {
                relay(response, connection);
                return;
            } catch (RuntimeException e) {
                boolean isSoon = System.nanoTime() - began < Transport.STALE_WITHIN.toNanos();
                if (!isSoon || !connection.wasStale() || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            } finally {
                transport.connections.release(connection);
            }
        }
    }

    private void relay(HttpClientResponse response, HelidonConnection connection)
            throws TransportException, IOException, InterruptedException {
        int status = response.status().code();
        if (status < 200) {
            throw TransportException.broken("it sent an interim answer, which this transport cannot skip", null);
        }
        Headers headers = headers(response);
        responseQueue.put(new Arrival.Head(status, headers));
        boolean delimited = headers.get("content-length") != null || headers.get("transfer-encoding") != null;
        // Not closed here, because closing would read on, even after the end of an undelimited body.
        InputStream in = response.inputStream();
        byte[] piece = new byte[PIECE];
        demand.acquire();
        int pieces = 0;
        for (int length = read(in, piece, delimited); length >= 0; length = read(in, piece, delimited)) {
            responseQueue.put(new Arrival.Bytes(Arrays.copyOf(piece, length)));
            pieces++;
            if (pieces % PIECES_IN_A_ROW == 0) {
                Thread.sleep(0, 1);
            }
            demand.acquire();
        }
        if (delimited && !"close".equalsIgnoreCase(headers.get("connection"))) {
            connection.markReusable();
        }
    }

    /// Reads a piece. The client reports the end of an undelimited body as a failure, although the end of the
    /// connection is its regular end.
    private static int read(InputStream in, byte[] piece, boolean delimited) throws IOException {
        try {
            return in.read(piece);
        } catch (DataReader.InsufficientDataAvailableException e) {
            if (delimited) {
                throw e;
            }
            return -1;
        }
    }

    private static Headers headers(HttpClientResponse response) {
        Map<String, List<String>> headers = new TreeMap<>();
        response.headers().forEach(header -> headers.put(header.name(), header.allValues()));
        return Headers.of(headers);
    }
}
