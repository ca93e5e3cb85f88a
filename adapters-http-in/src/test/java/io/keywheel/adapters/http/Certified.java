package io.keywheel.adapters.http;

import io.keywheel.certificates.ServerCertificate;
import javax.net.ssl.SSLContext;

/// The certificate of gateways in tests, and the trust of their clients.
final class Certified {

    static final SSLContext CONTEXT = ServerCertificate.LOCALHOST.context();

    private Certified() {}
}
