package io.keywheel.adapters.llm.transport;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.ProxySelector;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A transport over the JDK's client.
final class JdkTransport implements Transport {

    /// The client's message if it was shut down before a request.
    private static final String SHUT_DOWN = "closed";

    /// The client's message when a connection ended before a byte of the answer.
    private static final String NO_BYTES = "received no bytes";

    /// The client's message when a connection ended within the head.
    private static final String SOME_BYTES = "parsing HTTP/1.1";

    /// The beginning of the client's message when a proxy refused; the status follows.
    private static final String NO_TUNNEL = "Tunnel failed, got: ";

    /// Until Java 25, the client's timeout of a request ends at the head. Later, it would end a stream.
    static final boolean TIMEOUT_ENDS_AT_HEAD = Runtime.version().feature() < 26;

    /// The client's timer may fire this much too early.
    private static final Duration SLACK = Duration.ofMillis(5);

    /// A thread that notices a timeout this much later had no processor, and perhaps the client had none, too.
    private static final Duration LATE = Duration.ofMillis(250);

    private final Duration connectTimeout;
    private final boolean timeoutEndsAtHead;
    private final boolean proxied;
    private final @Nullable String proxyAuthorization;
    private final Supplier<HttpClient> newClient;
    private final WaitWatch watch = new WaitWatch();
    private volatile Client client;
    private boolean closed;

    /// Earlier clients, whose answers may still arrive. Each request drops the terminated ones, which refer to what
    /// they read of their answers.
    final List<HttpClient> replaced = new CopyOnWriteArrayList<>();

    /// A client and its idle connections, which a request must read together.
    private record Client(HttpClient http, IdleConnections idle) {}

    /// @param proxy null for none
    /// @param timeoutEndsAtHead usually [#TIMEOUT_ENDS_AT_HEAD]
    JdkTransport(Duration connectTimeout, @Nullable HttpProxy proxy, boolean timeoutEndsAtHead) {
        this(connectTimeout, proxy, timeoutEndsAtHead, () -> newClient(connectTimeout, proxy));
    }

    /// @param newClient its clients run callbacks on their own threads
    JdkTransport(
            Duration connectTimeout,
            @Nullable HttpProxy proxy,
            boolean timeoutEndsAtHead,
            Supplier<HttpClient> newClient) {
        this.connectTimeout = connectTimeout;
        this.timeoutEndsAtHead = timeoutEndsAtHead;
        this.proxied = proxy != null;
        this.proxyAuthorization = proxy == null ? null : proxy.authorization();
        this.newClient = newClient;
        this.client = newClient();
    }

    private Client newClient() {
        return new Client(newClient.get(), new IdleConnections());
    }

    static HttpClient newClient(Duration connectTimeout, @Nullable HttpProxy proxy) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                // Without a selector, the client would use the proxy of the system properties.
                .proxy(proxy == null ? HttpClient.Builder.NO_PROXY : ProxySelector.of(proxy.address()))
                // Callbacks only queue the arrived bytes, so the selector's thread may run them: less than half the
                // CPU of handing each one to another thread.
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Response send(Request request, AttemptDeadline attemptDeadline)
            throws TransportException, InterruptedException {
        if (!replaced.isEmpty()) {
            replaced.removeIf(HttpClient::isTerminated);
        }
        for (int repeats = 0; ; repeats++) {
            attemptDeadline.requireTimeLeft();
            Client used = client;
            boolean reused = used.idle().take();
            HttpRequest translated = translated(request, attemptDeadline);
            long began = System.nanoTime();
            try {
                return new JdkBody(watch, used.idle()::add, cause -> replaceAfter(cause, used))
                        .start(used.http(), translated, attemptDeadline);
            } catch (TransportException e) {
                Throwable cause = e.getCause();
                boolean mayBeStale = reused && System.nanoTime() - began < STALE_WITHIN.toNanos();
                boolean answersOthers = repeats == 0 && used.idle().lastEnd() - began > 0;
                if (repeats == MOST_REPEATS
                        || !(mayRepeat(cause, mayBeStale) || mayBeOwnFault(cause, answersOthers, began))) {
                    throw classified(e, attemptDeadline);
                }
            }
        }
    }

    private TransportException classified(TransportException failure, AttemptDeadline attemptDeadline) {
        Throwable cause = failure.getCause();
        String message = cause == null ? "" : String.valueOf(cause.getMessage());
        if (message.startsWith(NO_TUNNEL)) {
            return TransportException.proxyRefused(message.substring(NO_TUNNEL.length()), cause);
        }
        return switch (cause) {
            case HttpTimeoutException _ when attemptDeadline.timeLeft().isZero() -> attemptDeadline.timeoutException();
            case InterruptedIOException _ -> attemptDeadline.timeoutException();
            // The last one: the system permits no further socket.
            case HttpConnectTimeoutException _, ConnectException _, SSLException _, InternalError _ ->
                TransportException.notConnected(failure, connectTimeout, proxied);
            case null, default -> failure;
        };
    }

    /// Whether no byte of an answer arrived, so that the request may be sent again. A server may close an idle
    /// connection while the client takes it for a request, and another request may replace the client. A sent
    /// request is repeated only as long as its connection may have been an idle one.
    ///
    /// The client does not report which connection it used, so each failure counts one idle connection less;
    /// without any, the failure is real. The client drops connections that it has seen closed, so only a
    /// short race causes this.
    private static boolean mayRepeat(@Nullable Throwable cause, boolean mayBeStale) {
        String message = cause == null ? "" : String.valueOf(cause.getMessage());
        boolean unanswered = message.contains(NO_BYTES)
                || (cause instanceof SocketException
                        && !(cause instanceof ConnectException)
                        && !message.contains(SOME_BYTES));
        return message.equals(SHUT_DOWN) || (mayBeStale && unanswered);
    }

    /// Whether a timeout of connecting may be this gateway's own fault, as in a burst of requests after its start.
    /// Then another answer of the provider ended meanwhile, or the timeout was noticed late. A slow resolution of
    /// the host's name counts as late, too.
    ///
    /// @param answersOthers true only once a request: a provider may answer while one of its machines is down
    private boolean mayBeOwnFault(@Nullable Throwable cause, boolean answersOthers, long began) {
        return cause instanceof HttpConnectTimeoutException
                && (answersOthers
                        || System.nanoTime() - began > connectTimeout.plus(LATE).toNanos());
    }

    /// Replaces the client after an answer whose head is too large, or has an invalid `Content-Length`. The JDK's
    /// client keeps its connection open, with all bytes read so far. After a shutdown, the client closes that
    /// connection immediately, and itself after its other answers. Also replaces a client that hangs.
    private synchronized void replaceAfter(Throwable failure, Client used) {
        boolean isUnusable = failure instanceof ProtocolException
                || failure instanceof IllegalArgumentException
                || failure instanceof InterruptedIOException;
        if (isUnusable && client.equals(used) && !closed) {
            client = newClient();
            used.http().shutdown();
            replaced.add(used.http());
        }
    }

    private HttpRequest translated(Request request, AttemptDeadline attemptDeadline) {
        byte[] body = request.body();
        var builder = HttpRequest.newBuilder(request.uri());
        if (timeoutEndsAtHead) {
            // Costs less than `sendAsync`, which passes each answer through another thread.
            builder.timeout(attemptDeadline.timeLeft().plus(SLACK));
        }
        request.headers().forEach(builder::header);
        if (proxyAuthorization != null) {
            // The client sends this header to the proxy alone.
            builder.header("Proxy-Authorization", proxyAuthorization);
        }
        return body == null
                ? builder.build()
                : builder.POST(BodyPublishers.ofByteArray(body)).build();
    }

    @Override
    public synchronized void close() {
        closed = true;
        client.http().shutdownNow();
        replaced.forEach(HttpClient::shutdownNow);
        watch.close();
    }
}
