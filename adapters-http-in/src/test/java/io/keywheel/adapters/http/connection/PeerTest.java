package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTest {

    private static SocketAddress at(String address, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8:0:1::1, 2001:db8:0:1:ffff:ffff:ffff:ffff, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
    })
    void ipv4_address_or_ipv6_64_bit_network_counts_as_one_peer(String one, String other, boolean isSame) {
        assertEquals(isSame, Objects.equals(Peer.countingKey(at(one, 1)), Peer.countingKey(at(other, 65_535))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"})
    void loopback_is_not_counted_as_a_peer(String address) {
        assertNull(Peer.countingKey(at(address, 1)));
    }

    @Test
    void peer_is_formatted_with_address_and_port() {
        assertEquals("192.0.2.1:50000", Peer.addressAndPort(at("192.0.2.1", 50_000)));
        assertEquals("[2001:db8:0:0:0:0:0:1]:1", Peer.addressAndPort(at("2001:db8::1", 1)));
    }
}
