package io.keywheel.certificates;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;

/// X.509 certificates in DER, which the JDK's API reads but does not write. RFC 5280 has the fields, X.690 their tags.
final class Der {

    static final String SIGNATURE = "SHA256withECDSA";

    private static final byte[] SIGNATURE_ALGORITHM = sequence(objectId(0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2));
    private static final byte[] COMMON_NAME = objectId(0x55, 4, 3);
    private static final byte[] BASIC_CONSTRAINTS = objectId(0x55, 0x1D, 0x13);
    private static final byte[] ALTERNATIVE_NAME = objectId(0x55, 0x1D, 0x11);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Der() {}

    /// @param extension of [#authority] or [#names]
    static byte[] certificate(
            String issuer,
            String subject,
            Instant from,
            Instant until,
            PublicKey of,
            byte[] extension,
            PrivateKey signer)
            throws GeneralSecurityException {
        byte[] content = sequence(
                tagged(0xA0, tagged(0x02, new byte[] {2})),
                tagged(0x02, new BigInteger(63, new SecureRandom()).toByteArray()),
                SIGNATURE_ALGORITHM,
                name(issuer),
                sequence(time(from), time(until)),
                name(subject),
                of.getEncoded(),
                tagged(0xA3, sequence(extension)));
        var signature = Signature.getInstance(SIGNATURE);
        signature.initSign(signer);
        signature.update(content);
        return sequence(content, SIGNATURE_ALGORITHM, tagged(0x03, new byte[1], signature.sign()));
    }

    /// The extension of a certificate that may sign others.
    static byte[] authority() {
        return sequence(BASIC_CONSTRAINTS, tagged(0x04, sequence(tagged(0x01, new byte[] {-1}))));
    }

    /// The extension with the host names or IP addresses of a server.
    static byte[] names(String... hosts) {
        return sequence(
                ALTERNATIVE_NAME,
                tagged(0x04, sequence(Stream.of(hosts).map(Der::host).toArray(byte[][]::new))));
    }

    private static byte[] host(String host) {
        try {
            return Character.isDigit(host.charAt(0))
                    ? tagged(0x87, InetAddress.getByName(host).getAddress())
                    : tagged(0x82, host.getBytes(StandardCharsets.US_ASCII));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host, e);
        }
    }

    private static byte[] name(String common) {
        return sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0C, common.getBytes(StandardCharsets.US_ASCII)))));
    }

    private static byte[] time(Instant time) {
        return tagged(0x17, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] objectId(int... bytes) {
        var content = new ByteArrayOutputStream();
        for (int one : bytes) {
            content.write(one);
        }
        return tagged(0x06, content.toByteArray());
    }

    private static byte[] sequence(byte[]... parts) {
        return tagged(0x30, parts);
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        var all = new ByteArrayOutputStream();
        all.write(tag);
        if (length > 0xFF) {
            all.write(0x82);
            all.write(length >> 8);
        } else if (length > 0x7F) {
            all.write(0x81);
        }
        all.write(length);
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
