package io.keywheel.adapters.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
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

/// One connection to the store, which is used until it fails and never again. Its commands throw Jedis's exceptions,
/// also where the store refuses one.
final class StoreConnection extends Connection {

    /// Below TLS, which could not be closed while its peer does not read.
    private final Socket socket;

    // Without initializers: the constructor of the superclass connects already.
    private @Nullable BoundedReplies replies;
    private boolean wasConnected;

    /// @param timeout of connecting, which this constructor does
    StoreConnection(RedisSharedState.Address address, Duration timeout) {
        var plain = new Socket();
        socket = plain;
        super(() -> connected(plain, address, Math.toIntExact(timeout.toMillis())), config(address));
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

    /// Jedis can do it, too, with a logging framework.
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

    /// Jedis would connect again by itself, and the new connection would know nothing of the old one.
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
        bounded.begin();
        return Protocol.read(bounded, consumers);
    }

    /// How long a reply may take from now on.
    void waitAtMost(Duration timeout) {
        setSoTimeout(Math.toIntExact(timeout.toMillis()));
    }

    /// @param arguments texts and numbers as the store reads them, or bytes
    void send(Protocol.Command command, Object... arguments) {
        Function<Object, byte[]> wire =
                each -> each instanceof byte[] bytes ? bytes : each.toString().getBytes(UTF_8);
        sendCommand(command, Arrays.stream(arguments).map(wire).toArray(byte[][]::new));
    }

    /// The reply to a command.
    @Nullable
    Object ask(Protocol.Command command, Object... arguments) {
        send(command, arguments);
        return getOne();
    }

    /// The replies to commands that were sent.
    ///
    /// @throws JedisDataException where the store refused one of them
    List<Object> awaitReplies(int count) {
        List<Object> all = getMany(count);
        for (Object reply : all) {
            if (reply instanceof JedisDataException refusal) {
                throw refusal;
            }
        }
        return all;
    }

    /// From any thread: what waits for a reply fails at once.
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It will be found broken.
        }
    }
}
