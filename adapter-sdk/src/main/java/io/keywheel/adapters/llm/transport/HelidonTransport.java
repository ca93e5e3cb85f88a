package io.keywheel.adapters.llm.transport;

import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.webclient.api.ConnectionKey;
import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.api.HttpClientResponse;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.api.TcpClientConnection;
import io.helidon.webclient.api.WebClient;
import io.helidon.webclient.http1.Http1Client;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A transport over Helidon's client. `docs/decisions/0001-outbound-http-client.md` gives its limits and the reasons
/// for what it overrides.
///
/// [HelidonConnections] keeps the connections, not Helidon. So a connection is reused only if its answer was
/// final and read to its end. A stale connection is distinguished from a failing one.
final class HelidonTransport implements Transport {

    /// In effect no timeout: the caller of an exchange has one, and interrupts the exchange. [ConnectLimit] bounds
    /// connecting.
    private static final Duration NO_READ_TIMEOUT = Duration.ofDays(1);

    private static final byte[] NO_ADDRESS = new byte[4];

    /// The beginning of the client's message when a proxy refused; the status follows.
    private static final String NO_TUNNEL = "Proxy sent wrong HTTP response code: ";

    /// The beginning of the client's message when the proxy's host name is unknown. [#addressOf] resolves the others.
    private static final String NO_PROXY_ADDRESS = "Failed to get address for host ";

    private static final Tls PLAIN = Tls.builder().enabled(false).build();

    private final Duration connectTimeout;
    private final Proxy proxy;
    private final WebClient client;
    final HelidonConnections connections = new HelidonConnections();
    final Set<HelidonExchange> running = ConcurrentHashMap.newKeySet();
    final WaitWatch watch = new WaitWatch();
    private volatile boolean closed;

    HelidonTransport(Duration connectTimeout, @Nullable HttpProxy proxy) {
        this.connectTimeout = connectTimeout;
        this.proxy = proxy == null ? Proxy.noProxy() : translated(proxy);
        this.client = WebClient.builder()
                .connectTimeout(connectTimeout)
                .readTimeout(NO_READ_TIMEOUT)
                .connectionListener(new ConnectLimit.Listener())
                .tls(Tls.builder().build())
                .followRedirects(false)
                .shareConnectionCache(false)
                .sendExpectContinue(false)
                // Only [#connect] uses the proxy: through a tunnel, a request is as without one.
                .proxy(Proxy.noProxy())
                .addProtocolPreference(Http1Client.PROTOCOL_ID)
                .build();
    }

    private static Proxy translated(HttpProxy proxy) {
        var builder = Proxy.builder()
                .type(Proxy.ProxyType.HTTP)
                .host(proxy.address().getHostString())
                .port(proxy.address().getPort());
        if (proxy.credentials() != null) {
            builder.username(proxy.credentials().getUserName())
                    .password(proxy.credentials().getPassword());
        }
        return builder.build();
    }

    @Override
    public Response send(Request request, AttemptDeadline attemptDeadline)
            throws TransportException, InterruptedException {
        attemptDeadline.requireTimeLeft();
        var exchange = new HelidonExchange(this, request);
        running.add(exchange);
        if (closed) {
            exchange.close();
        }
        return exchange.start(attemptDeadline);
    }

    HelidonConnection connect(URI uri) throws TransportException {
        boolean secure = "https".equals(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        var config = client.prototype();
        var key = ConnectionKey.create(
                uri.getScheme(),
                uri.getHost(),
                port,
                secure ? config.tls() : PLAIN,
                this::addressOf,
                config.dnsAddressLookup(),
                proxy);
        try {
            return new ConnectLimit(watch, connectTimeout)
                    .connect(TcpClientConnection.create(client, key, List.of(), _ -> true, _ -> {}));
        } catch (RuntimeException e) {
            throw connectFailure(e);
        }
    }

    /// The address of `host`, with the name that its certificate must have. For an IP address in a URL, Helidon
    /// would look up a name, and accept a certificate for that name.
    ///
    /// Behind a proxy the address is not needed, and the local resolver may not know it.
    private InetAddress addressOf(String host, DnsAddressLookup lookup) {
        try {
            byte[] address = proxy.type() == Proxy.ProxyType.HTTP
                    ? NO_ADDRESS
                    : client.prototype()
                            .dnsResolver()
                            .resolveAddress(host, lookup)
                            .getAddress();
            return InetAddress.getByAddress(host, address);
        } catch (UnknownHostException | IllegalArgumentException _) {
            // The client's exception does not have the cause.
            throw new UncheckedIOException(new UnknownHostException(host));
        }
    }

    private TransportException connectFailure(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        if (message.startsWith(NO_TUNNEL)) {
            // The status's name follows its code.
            return TransportException.proxyRefused(
                    message.substring(NO_TUNNEL.length()).split(" ", 2)[0], e);
        }
        if (message.startsWith(NO_PROXY_ADDRESS)) {
            return TransportException.notConnected(new UnknownHostException(), connectTimeout, true);
        }
        return e instanceof UncheckedIOException
                ? TransportException.notConnected(e, connectTimeout, proxy.type() == Proxy.ProxyType.HTTP)
                : TransportException.broken("the proxy sent no valid answer", e);
    }

    HttpClientResponse send(Request request, HelidonConnection connection) {
        byte[] body = request.body();
        var prepared = (body == null ? client.get() : client.post())
                .uri(request.uri())
                // Otherwise, the client opens another connection to find out which protocol an https server uses.
                .protocolId(Http1Client.PROTOCOL_ID)
                .connection(connection);
        request.headers().forEach((name, value) -> prepared.header(HeaderNames.create(name), value));
        return body == null ? prepared.request() : prepared.submit(body);
    }

    @Override
    public void close() {
        closed = true;
        running.forEach(HelidonExchange::close);
        connections.close();
        watch.close();
    }
}
