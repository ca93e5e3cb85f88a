package io.keywheel.bootstrap.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NoReverseDnsResolverTest {

    private static final byte[] ADDRESS = {127, 0, 0, 1};

    private static final InetAddressResolver BUILTIN = new InetAddressResolver() {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            return Stream.of(InetAddress.getByAddress(ADDRESS));
        }

        @Override
        public String lookupByAddress(byte[] address) {
            return "a-client";
        }
    };

    private final InetAddressResolver namesOnly = NoReverseDnsResolver.namesOnly(BUILTIN);

    @Test
    void nobody_is_asked_for_the_name_of_an_address() {
        assertThrows(UnknownHostException.class, () -> namesOnly.lookupByAddress(ADDRESS));
    }

    @Test
    void names_have_their_addresses() throws UnknownHostException {
        var policy = InetAddressResolver.LookupPolicy.of(InetAddressResolver.LookupPolicy.IPV4);

        assertEquals(
                List.of(InetAddress.getByAddress(ADDRESS)),
                namesOnly.lookupByName("a-provider", policy).toList());
    }

    /// This process is no gateway, like a program that embeds the pool.
    @Test
    void other_programs_find_lookups_as_they_were() throws UnknownHostException {
        assertTrue(!InetAddress.getByAddress(ADDRESS).getHostName().isEmpty());
    }
}
