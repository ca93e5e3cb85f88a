package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTest {

    private static SocketAddress at(String address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    private static @Nullable Object counted(String address, int port) {
        return Peer.countingKey(at(address, port));
    }

    @Test
    void ipv4_address_counts_as_one_peer_for_all_ports() {
        assertEquals(counted("192.0.2.1", 1), counted("192.0.2.1", 65_535));
        assertNotEquals(counted("192.0.2.1", 1), counted("192.0.2.2", 1));
    }

    @Test
    void ipv6_64_bit_network_counts_as_one_peer() {
        assertEquals(counted("2001:db8:0:1::1", 1), counted("2001:db8:0:1:ffff:ffff:ffff:ffff", 1));
        assertNotEquals(counted("2001:db8:0:1::1", 1), counted("2001:db8:0:2::1", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"})
    void loopback_is_not_counted_as_a_peer(String address) {
        assertNull(counted(address, 1));
    }

    @Test
    void peer_is_formatted_with_address_and_port() {
        assertEquals("192.0.2.1:50000", Peer.addressAndPort(at("192.0.2.1", 50_000)));
        assertEquals("[2001:db8:0:0:0:0:0:1]:1", Peer.addressAndPort(at("2001:db8::1", 1)));
    }
}
