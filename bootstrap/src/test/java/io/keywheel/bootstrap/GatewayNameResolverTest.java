package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

class GatewayNameResolverTest {

    private static final byte[] ADDRESS = {127, 0, 0, 1};

    private static final LookupPolicy POLICY = LookupPolicy.of(LookupPolicy.IPV4);

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
    @ResourceLock(GatewayNameResolver.GATEWAY)
    void gateway_performs_no_reverse_lookup() throws UnknownHostException {
        assertThrows(
                UnknownHostException.class,
                () -> GatewayNameResolver.over(BUILTIN, () -> true).lookupByAddress(ADDRESS));

        System.setProperty(GatewayNameResolver.GATEWAY, "true");
        try {
            assertEquals("127.0.0.1", InetAddress.getByAddress(ADDRESS).getHostName());
        } finally {
            System.clearProperty(GatewayNameResolver.GATEWAY);
        }
    }

    @Test
    void other_programs_keep_reverse_lookups() throws UnknownHostException {
        assertEquals("a-client", GatewayNameResolver.over(BUILTIN, () -> false).lookupByAddress(ADDRESS));
    }

    @Test
    void forward_lookup_is_delegated() throws UnknownHostException {
        assertEquals(
                List.of(InetAddress.getByAddress(ADDRESS)),
                GatewayNameResolver.over(BUILTIN, () -> true)
                        .lookupByName("a-provider", POLICY)
                        .toList());
    }

    @Test
    void interrupt_ends_a_lookup_that_no_name_server_answers() throws Exception {
        var silent = new SilentResolver();
        var failure = new CompletableFuture<Exception>();
        Thread caller = Thread.ofVirtual()
                .start(() -> failure.complete(assertThrows(
                        UnknownHostException.class,
                        () -> GatewayNameResolver.over(silent, () -> true).lookupByName("a-provider", POLICY))));
        silent.begun.acquire();

        caller.interrupt();

        assertInstanceOf(UnknownHostException.class, failure.get());
    }

    /// The JVM has 256 threads for virtual threads in native code.
    @Test
    void lookups_of_a_host_share_one_until_it_ends() throws Exception {
        var silent = new SilentResolver();
        InetAddressResolver resolver = GatewayNameResolver.over(silent, () -> true);
        for (int i = 0; i < 3; i++) {
            Thread.currentThread().interrupt();
            assertThrows(UnknownHostException.class, () -> resolver.lookupByName("a-provider", POLICY));
            assertTrue(Thread.interrupted());
        }
        silent.begun.acquire();
        assertEquals(0, silent.begun.availablePermits());

        silent.answer.complete(ADDRESS);

        while (silent.begun.availablePermits() == 0) {
            assertEquals(
                    List.of(InetAddress.getByAddress(ADDRESS)),
                    resolver.lookupByName("a-provider", POLICY).toList());
        }
    }

    private static final class SilentResolver implements InetAddressResolver {

        private final Semaphore begun = new Semaphore(0);
        private final CompletableFuture<byte[]> answer = new CompletableFuture<>();

        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            begun.release();
            return Stream.of(InetAddress.getByAddress(answer.join()));
        }

        @Override
        public String lookupByAddress(byte[] address) {
            throw new AssertionError();
        }
    }
}
