package io.keywheel.bootstrap.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/// Looks up the addresses of names as Java does, and never the name of an address.
///
/// Helidon asks for that of every client over TLS, before the handshake: a silent name server delays each of
/// them by ten seconds, and another one learns the clients' addresses.
public final class NoReverseDnsResolver extends InetAddressResolverProvider {

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver builtin = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                return builtin.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                throw new UnknownHostException("reverse lookups are disabled");
            }
        };
    }

    @Override
    public String name() {
        return "names only";
    }
}
