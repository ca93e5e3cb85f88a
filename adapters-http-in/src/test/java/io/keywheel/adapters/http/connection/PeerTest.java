package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTest {

    private static @Nullable Object counted(String address) {
        return Peer.countingKey(InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8:0:1::1, 2001:db8:0:1:ffff:ffff:ffff:ffff, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
    })
    void ipv4_address_or_ipv6_64_bit_network_counts_as_one_peer(String one, String other, boolean isSame) {
        assertEquals(isSame, Objects.equals(counted(one), counted(other)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"})
    void loopback_is_not_counted_as_a_peer(String address) {
        assertNull(counted(address));
    }

    @Test
    void peer_is_formatted_with_address_and_port() {
        assertEquals("192.0.2.1:50000", Peer.addressAndPort(new InetSocketAddress("192.0.2.1", 50_000)));
        assertEquals("[2001:db8:0:0:0:0:0:1]:1", Peer.addressAndPort(new InetSocketAddress("2001:db8::1", 1)));
    }
}
