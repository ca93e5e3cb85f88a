package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

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

    @Test
    @ResourceLock(NoReverseDnsResolver.GATEWAY)
    void gateway_performs_no_reverse_lookup() throws UnknownHostException {
        assertThrows(
                UnknownHostException.class,
                () -> NoReverseDnsResolver.over(BUILTIN, () -> true).lookupByAddress(ADDRESS));

        System.setProperty(NoReverseDnsResolver.GATEWAY, "true");
        try {
            assertEquals("127.0.0.1", InetAddress.getByAddress(ADDRESS).getHostName());
        } finally {
            System.clearProperty(NoReverseDnsResolver.GATEWAY);
        }
    }

    @Test
    void other_programs_keep_reverse_lookups() throws UnknownHostException {
        assertEquals("a-client", NoReverseDnsResolver.over(BUILTIN, () -> false).lookupByAddress(ADDRESS));
    }

    @Test
    void forward_lookup_is_delegated() throws UnknownHostException {
        var policy = InetAddressResolver.LookupPolicy.of(InetAddressResolver.LookupPolicy.IPV4);

        assertEquals(
                List.of(InetAddress.getByAddress(ADDRESS)),
                NoReverseDnsResolver.over(BUILTIN, () -> true)
                        .lookupByName("a-provider", policy)
                        .toList());
    }
}
