package io.keywheel.bootstrap;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Resolves host names as Java does, and disables reverse lookups in the gateway.
///
/// Helidon requests a reverse lookup of each TLS client before the handshake. A name server that does not
/// answer delays each client by ten seconds; others learn the clients' addresses. Java has one resolver per
/// process, so programs that embed the pool keep reverse lookups.
public final class NoReverseDnsResolver extends InetAddressResolverProvider {

    /// The system property that marks this process as a gateway.
    public static final String GATEWAY = "keywheel.gateway";

    @Override
    public InetAddressResolver get(Configuration configuration) {
        // Read at each lookup: Java calls this method once, perhaps for an agent before the program begins.
        return over(configuration.builtinResolver(), () -> Boolean.getBoolean(GATEWAY));
    }

    static InetAddressResolver over(InetAddressResolver builtin, BooleanSupplier isGateway) {
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                return builtin.lookupByName(host, policy);
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

    @Override
    public String name() {
        return "names only";
    }
}
