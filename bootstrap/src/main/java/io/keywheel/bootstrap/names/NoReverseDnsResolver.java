package io.keywheel.bootstrap.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Looks up the addresses of names as Java does, and in the gateway never the name of an address.
///
/// Helidon asks for that of every client over TLS, before the handshake: a silent name server delays each of
/// them by ten seconds, and another one learns the clients' addresses. Java has one resolver for all: a program that
/// embeds the pool finds its own lookups as they were.
public final class NoReverseDnsResolver extends InetAddressResolverProvider {

    /// The system property that says that this process is a gateway.
    public static final String GATEWAY = "keywheel.gateway";

    @Override
    public InetAddressResolver get(Configuration configuration) {
        // Java asks once, and an agent may look up a name before the program begins: so each lookup has a look.
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
