package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

class NoReverseDnsResolverTest {

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
        assertEquals(
                List.of(InetAddress.getByAddress(ADDRESS)),
                NoReverseDnsResolver.over(BUILTIN, () -> true)
                        .lookupByName("a-provider", POLICY)
                        .toList());
    }

    @Test
    void interrupt_ends_a_lookup_that_no_name_server_answers() throws Exception {
        var begun = new CountDownLatch(1);
        var failure = new CompletableFuture<Exception>();
        var silent = new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) {
                begun.countDown();
                while (true) {
                    LockSupport.park();
                }
            }

            @Override
            public String lookupByAddress(byte[] address) {
                throw new AssertionError();
            }
        };
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                var _ = NoReverseDnsResolver.over(silent, () -> true).lookupByName("a-provider", POLICY);
            } catch (UnknownHostException e) {
                failure.complete(Thread.currentThread().isInterrupted() ? e : null);
            }
        });
        begun.await();

        caller.interrupt();

        assertInstanceOf(UnknownHostException.class, failure.get());
    }
}
