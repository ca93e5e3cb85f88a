package io.keywheel.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.ZoneOffset.UTC;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/// Writes and signs certificates. The JDK has only `keytool` for this, which starts a JVM for each certificate.
final class CertificateWriter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(UTC);

    /// `ecdsa-with-SHA256`, `basicConstraints` and `subjectAltName`.
    private static final byte[] ALGORITHM = sequence(objectId("2A8648CE3D040302"));

    private static final byte[] CONSTRAINTS = objectId("551D13");
    private static final byte[] NAMES = objectId("551D11");
    private static final byte[] TRUE = der(0x01, HexFormat.of().parseHex("FF"));

    private final X500Principal issuer;
    private final PrivateKey signer;

    CertificateWriter(String issuer, PrivateKey signer) {
        this.issuer = new X500Principal("CN=" + issuer);
        this.signer = signer;
    }

    /// @param extension that of an authority or of a server
    Certificate certificate(String subject, PublicKey key, Instant from, Instant until, byte[] extension)
            throws GeneralSecurityException {
        byte[] content = sequence(
                der(0xA0, integer(2)), // version 3
                integer(System.nanoTime()),
                ALGORITHM,
                issuer.getEncoded(),
                sequence(time(from), time(until)),
                new X500Principal("CN=" + subject).getEncoded(),
                key.getEncoded(),
                der(0xA3, sequence(extension)));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signer);
        signature.update(content);
        byte[] signed = sequence(content, ALGORITHM, der(0x03, new byte[1], signature.sign()));
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed));
    }

    static byte[] authority() {
        return sequence(CONSTRAINTS, TRUE, der(0x04, sequence(TRUE)));
    }

    /// @param hosts names or IP addresses
    static byte[] server(String... hosts) {
        byte[][] names = Stream.of(hosts).map(CertificateWriter::name).toArray(byte[][]::new);
        return sequence(NAMES, der(0x04, sequence(names)));
    }

    private static byte[] name(String host) {
        try {
            return Character.isDigit(host.charAt(0))
                    ? der(0x87, InetAddress.getByName(host).getAddress())
                    : der(0x82, host.getBytes(US_ASCII));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static byte[] integer(long value) {
        return der(0x02, BigInteger.valueOf(value).toByteArray());
    }

    private static byte[] time(Instant instant) {
        return der(0x17, TIME.format(instant).getBytes(US_ASCII));
    }

    private static byte[] objectId(String hex) {
        return der(0x06, HexFormat.of().parseHex(hex));
    }

    private static byte[] sequence(byte[]... parts) {
        return der(0x30, parts);
    }

    /// An element in DER: its tag, the length of its content, and the content.
    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        Stream.of(parts).forEach(content::writeBytes);
        var element = new ByteArrayOutputStream();
        element.write(tag);
        int size = content.size();
        if (size >= 0x100) {
            element.write(0x82); // the number of bytes that follow
            element.write(size >> 8);
        } else if (size >= 0x80) {
            element.write(0x81);
        }
        element.write(size);
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
