package io.keywheel.simulator.http;

import io.keywheel.simulator.http.Step.Head;
import io.keywheel.simulator.http.Step.Hold;
import io.keywheel.simulator.http.Step.Many;
import io.keywheel.simulator.http.Step.Part;
import io.keywheel.simulator.http.Step.Pause;
import io.keywheel.simulator.http.Step.Stop;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// Reads requests from one connection and performs their answers, one after another.
final class Connection {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final RequestReader in;
    private final OutputStream out;
    private final BooleanSupplier closing;
    private boolean chunked;

    Connection(Socket socket, BooleanSupplier closing) throws IOException {
        socket.setTcpNoDelay(true);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 8192);
        this.in = new RequestReader(socket, out);
        this.closing = closing;
    }

    /// Serves requests until the connection is to be closed.
    ///
    /// @throws IOException if the client closes it in the middle of a request or an answer
    void serve(Function<Exchange, List<Step>> handler) throws IOException {
        try {
            var request = in.next();
            while (request.isPresent() && answer(request.get(), handler)) {
                request = in.next();
            }
        } catch (ProtocolException e) {
            var reply = Reply.text(400, "text/plain", Map.of("connection", "close"), "Bad Request: " + e.getMessage());
            perform(reply, new Exchange("", "", Map.of(), ""));
        }
    }

    private boolean answer(Exchange exchange, Function<Exchange, List<Step>> handler) throws IOException {
        try {
            return perform(handler.apply(exchange), exchange);
        } catch (IOException e) {
            left(exchange);
            throw e;
        }
    }

    /// @return whether the connection can be used again
    private boolean perform(List<Step> steps, Exchange exchange) throws IOException {
        chunked = false;
        for (var step : steps) {
            switch (step) {
                case Head head -> {
                    chunked = head.chunked();
                    exchange.status = head.status();
                    write(head, exchange.keepAlive());
                }
                case Part part -> {
                    write(part.text());
                    if (chunked) {
                        out.flush();
                    }
                }
                case Many(var count, var piece) -> {
                    for (int i = 0; i < count; i++) {
                        write(piece.apply(i));
                    }
                }
                case Pause(var duration) -> {
                    out.flush();
                    if (!in.clientStays(duration)) {
                        return left(exchange);
                    }
                }
                case Hold(var released) -> {
                    out.flush();
                    while (released.getCount() > 0) {
                        if (!in.clientStays(POLL_INTERVAL)) {
                            return left(exchange);
                        }
                    }
                }
                case Stop stop -> {
                    if (chunked && stop != Stop.CUT) {
                        ascii("0\r\n\r\n");
                    }
                    out.flush();
                    return stop == Stop.END && exchange.keepAlive();
                }
            }
        }
        throw new IllegalStateException("an answer without an end");
    }

    private boolean left(Exchange exchange) {
        if (!closing.getAsBoolean()) {
            exchange.clientLeft = true;
        }
        return false;
    }

    private void write(Head head, boolean keepAlive) throws IOException {
        ascii("HTTP/1.1 " + head.status() + " Simulated\r\n");
        for (var header : head.headers().entrySet()) {
            ascii(header.getKey() + ": " + header.getValue() + "\r\n");
        }
        if (chunked) {
            ascii("transfer-encoding: chunked\r\n");
        }
        if (!keepAlive && !head.headers().containsKey("connection")) {
            ascii("connection: close\r\n");
        }
        ascii("\r\n");
    }

    private void write(String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!chunked) {
            out.write(bytes);
            return;
        }
        ascii(HexFormat.of().toHexDigits(bytes.length) + "\r\n");
        out.write(bytes);
        ascii("\r\n");
    }

    private void ascii(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
