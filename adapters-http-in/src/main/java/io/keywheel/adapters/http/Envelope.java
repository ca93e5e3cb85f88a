package io.keywheel.adapters.http;

import io.helidon.common.uri.UriPath;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.keywheel.adapters.http.console.Asset;
import io.keywheel.adapters.http.line.Lines;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// What every request goes through: its id, the browser's questions, the gate, the count of chats under way,
/// the log line, and the end of the connection where that is due.
final class Envelope implements Filter {

    private static final Set<String> CHATS =
            Set.of("/api/chat", "/api/chat/stream", "/v1/chat/completions", "/openai/v1/chat/completions");

    private static final Set<String> PROBES = Set.of("/", "/health", "/health/live", "/health/ready", "/metrics");

    /// It has been waited for long enough.
    private static final int TOO_SLOW = 408;

    private final Admission admission;
    private final Origins origins;
    private final Running running;
    private final Doors doors;
    private final Endings endings;

    Envelope(Gate gate, Origins origins, Running running, Doors doors, Endings endings) {
        this.admission = new Admission(gate);
        this.origins = origins;
        this.running = running;
        this.doors = doors;
        this.endings = endings;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        var exchange = new Exchange(Exchange.idIn(request.headers()), RequestLine.by(request.prologue()));
        request.context().register(exchange);
        response.header(Exchange.REQUEST_ID, exchange.id());
        Replies.guard(response.headers());
        CurrentRequest.during(exchange.id(), () -> handle(chain, request, response, exchange));
        closeIfDue(request, response, exchange);
    }

    private void handle(FilterChain chain, RoutingRequest request, RoutingResponse response, Exchange exchange) {
        try {
            admit(chain, request, response, exchange);
        } catch (RequestException e) {
            // Helidon answers it, and the answer is logged there.
            throw e;
        } catch (RuntimeException e) {
            log(response, exchange);
            throw e;
        }
        log(response, exchange);
    }

    private void log(RoutingResponse response, Exchange exchange) {
        boolean sent = response.isSent() || response.hasEntity();
        exchange.status(sent ? response.status().code() : Exchange.CLIENT_LEFT);
        if (exchange.status() >= 400
                || !exchange.isOk()
                || !isQuiet(exchange.asked().path())) {
            endings.of(exchange);
        }
    }

    /// What is asked for again and again, or a dozen at a time.
    private static boolean isQuiet(String path) {
        return PROBES.contains(path) || path.startsWith(Asset.PAGE + "/");
    }

    private void admit(FilterChain chain, RoutingRequest request, RoutingResponse response, Exchange exchange) {
        try {
            if (origins.handle(request, response)) {
                return;
            }
            String path = exchange.asked().path();
            admission.check(path, request.headers(), response);
            requireCanonical(request);
            if (CHATS.contains(path)) {
                try (var turn = running.begin(exchange.cancellation()::cancel)) {
                    exchange.onOutcome(turn::leavePlace);
                    chain.proceed();
                }
            } else {
                chain.proceed();
            }
        } catch (RefusedException e) {
            doors.at(exchange.asked().path()).refused(request, response, e);
        }
    }

    /// Helidon routes by the decoded and normalised path. One spelling each, and nothing here
    /// can be walked around.
    private static void requireCanonical(RoutingRequest request) {
        UriPath path = request.prologue().uriPath();
        String written = path.rawPath();
        // What is encoded in the id of a model is part of it; only what a decoder would not do is no id.
        String meant = ModelRoutes.isOfOne(written) ? decoded(written) : written;
        if (!meant.equals(path.path())) {
            throw new RefusedException(Fault.NOT_FOUND, "there is nothing at this path");
        }
    }

    private static String decoded(String path) {
        try {
            // Unlike in a form, a plus is a plus.
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            // Not an encoding of anything.
            return path;
        }
    }

    /// Helidon announces `Connection: close` and leaves the socket open, and would read on where a
    /// body was not read.
    private static void closeIfDue(RoutingRequest request, RoutingResponse response, Exchange exchange) {
        boolean unread = request.content().hasEntity() && !request.content().consumed();
        if (unread && !waitsForContinue(request) && response.status().code() != TOO_SLOW) {
            Lines.current().linger(exchange.restOfBody(request));
        }
        if (unread
                || request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
                || response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            throw new CloseConnectionException("this was the last request of the connection");
        }
        Lines.current().handOver().close();
        Lines.current().requestRead();
    }

    private static boolean waitsForContinue(RoutingRequest request) {
        return request.headers().containsToken(HeaderValues.EXPECT_100) && !request.continueSent();
    }
}
