package io.keywheel.bootstrap;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Resolves host names as Java does, but in the gateway, an interrupt ends a lookup, and reverse lookups are disabled.
///
/// A name server that does not answer can hold a lookup for a minute. Java lets other lookups of the host wait for it,
/// then makes them one after the other, so that requests would outlast their timeouts. Here they share one.
///
/// Helidon requests a reverse lookup of each TLS client before the handshake. A name server that does not
/// answer delays each client by ten seconds; others learn the clients' addresses. Java has one resolver per
/// process, so programs that embed the pool keep reverse lookups.
public final class GatewayNameResolver extends InetAddressResolverProvider {

    /// The system property that marks this process as a gateway.
    public static final String GATEWAY = "keywheel.gateway";

    @Override
    public InetAddressResolver get(Configuration configuration) {
        // Read at each lookup: Java calls this method once, perhaps for an agent before the program begins.
        return over(configuration.builtinResolver(), () -> Boolean.getBoolean(GATEWAY));
    }

    static InetAddressResolver over(InetAddressResolver builtin, BooleanSupplier isGateway) {
        // By host: if each request that timed out left one, they would hold all 256 threads that run virtual threads.
        var lookups = new ConcurrentHashMap<String, FutureTask<List<InetAddress>>>();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                if (!isGateway.getAsBoolean()) {
                    return builtin.lookupByName(host, policy);
                }
                return interruptible(host, lookups.computeIfAbsent(host, _ -> {
                    var lookup = new FutureTask<>(
                            () -> builtin.lookupByName(host, policy).toList()) {
                        @Override
                        protected void done() {
                            lookups.remove(host);
                        }
                    };
                    Thread.ofVirtual().name("lookup").start(lookup);
                    return lookup;
                }));
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                if (isGateway.getAsBoolean()) {
                    throw new UnknownHostException("reverse lookups are disabled");
                }
                return builtin.lookupByAddress(address);
            }
        };
    }

    private static Stream<InetAddress> interruptible(String host, Future<List<InetAddress>> lookup)
            throws UnknownHostException {
        var failure = new UnknownHostException(host);
        try {
            return lookup.get().stream();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            failure.initCause(e.getCause());
        }
        throw failure;
    }

    @Override
    public String name() {
        return "keywheel";
    }
}
