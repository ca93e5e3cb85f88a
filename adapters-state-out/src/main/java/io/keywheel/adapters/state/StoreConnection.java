package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;

/// A connection to the store. It is closed at its first failure and never reconnects. Commands throw Jedis's
/// exceptions, including those for error replies.
final class StoreConnection extends Connection {

    /// Connecting takes longer than a command, above all with TLS. No request waits for it.
    private static final Duration CONNECT = Duration.ofSeconds(2);

    /// The plain socket: closing the TLS socket could block while its peer does not read.
    private final Socket socket;

    // No initializers: the superclass's constructor connects before they would run.
    private @Nullable BoundedReplies replies;
    private boolean wasConnected;
    private int pending;

    StoreConnection(RedisSharedState.Settings settings) {
        var plain = new Socket();
        socket = plain;
        int timeout = Math.toIntExact(settings.orLonger(CONNECT).toMillis());
        super(() -> connected(plain, settings.address(), timeout), config(settings.address()));
    }

    private static JedisClientConfig config(RedisSharedState.Address address) {
        var config = DefaultJedisClientConfig.builder()
                .protocol(RedisProtocol.RESP2)
                .autoNegotiateProtocol(false)
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .database(address.database());
        if (!address.password().isEmpty()) {
            config.user(address.user().isEmpty() ? null : address.user()).password(address.password());
        }
        return config.build();
    }

    /// Replaces Jedis's own socket factory, which requires a logging framework.
    private static Socket connected(Socket socket, RedisSharedState.Address address, int timeoutMillis) {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMillis);
            socket.connect(new InetSocketAddress(address.host(), address.port()), timeoutMillis);
            if (!address.tls()) {
                return socket;
            }
            var secure = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault())
                    .createSocket(socket, address.host(), address.port(), true);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            return secure;
        } catch (IOException e) {
            try (socket) {
                throw new JedisConnectionException(e.getMessage(), e);
            } catch (IOException closing) {
                throw new JedisConnectionException(closing.getMessage(), e);
            }
        }
    }

    /// Prevents Jedis's automatic reconnect, because a new connection would lack the state of the old one.
    @Override
    public void connect() {
        if (isConnected()) {
            return;
        }
        if (wasConnected) {
            throw new JedisConnectionException("the connection was closed");
        }
        wasConnected = true;
        super.connect();
    }

    @Override
    protected Object protocolRead(RedisInputStream in, PushConsumerChain consumers) {
        BoundedReplies bounded = replies;
        if (bounded == null) {
            bounded = new BoundedReplies(in);
            replies = bounded;
        }
        return Protocol.read(bounded, consumers);
    }

    /// Sets the timeout of each later reply.
    void waitAtMost(Duration timeout) {
        setSoTimeout(Math.toIntExact(timeout.toMillis()));
    }

    /// @param arguments byte arrays, or values whose `toString` is sent
    void send(Protocol.Command command, Object... arguments) {
        Function<Object, byte[]> wire =
                each -> each instanceof byte[] bytes ? bytes : each.toString().getBytes(UTF_8);
        if (pending == 0 && replies != null) {
            replies.begin();
        }
        sendCommand(command, Arrays.stream(arguments).map(wire).toArray(byte[][]::new));
        pending++;
    }

    /// Reads the replies to all commands sent since the last call. Throws Jedis's exception at the first error among
    /// them; later replies are then not read, so the connection must be closed.
    List<Object> awaitReplies() {
        int count = pending;
        pending = 0;
        return IntStream.range(0, count).mapToObj(_ -> getOne()).toList();
    }

    /// As [#awaitReplies], but reads all replies and returns the errors among them.
    List<JedisDataException> awaitErrors() {
        int count = pending;
        pending = 0;
        return getMany(count).stream()
                .filter(JedisDataException.class::isInstance)
                .map(JedisDataException.class::cast)
                .toList();
    }

    /// The reply to `TIME`, in milliseconds since the epoch.
    static long millis(Object time) {
        long micros = 0;
        for (Object part : (List<?>) time) {
            micros = 1_000_000 * micros + Long.parseLong(new String((byte[]) part, UTF_8));
        }
        return micros / 1000;
    }

    /// Thread-safe. A thread that waits for a reply fails immediately.
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // The next command fails in any case.
        }
    }
}
