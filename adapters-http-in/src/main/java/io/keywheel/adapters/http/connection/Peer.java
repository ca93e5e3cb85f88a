package io.keywheel.adapters.http.connection;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The other end of a connection.
final class Peer {

    /// The bytes of an IPv6 network: one customer can usually choose among all addresses of a /64.
    private static final int NETWORK_BYTES = 8;

    private Peer() {}

    /// The address and port, as `192.0.2.1:50000` or `[2001:db8::1]:50000`.
    static String addressAndPort(InetSocketAddress peer) {
        String host = peer.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + peer.getPort();
    }

    /// The key by which connections are counted: the address, or the network for IPv6. Null for a loopback
    /// address, from which a proxy may forward all clients.
    static @Nullable Object countingKey(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return null;
        }
        return address instanceof Inet6Address six
                ? HexFormat.of().formatHex(six.getAddress(), 0, NETWORK_BYTES)
                : address;
    }
}
