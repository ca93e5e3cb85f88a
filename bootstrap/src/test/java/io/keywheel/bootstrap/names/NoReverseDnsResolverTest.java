package io.keywheel.bootstrap.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/// As the program has it, and so this process.
class NoReverseDnsResolverTest {

    private static final byte[] LOCALHOST = {127, 0, 0, 1};

    @Test
    void nobody_is_asked_for_the_name_of_an_address() throws UnknownHostException {
        assertEquals("127.0.0.1", InetAddress.getByAddress(LOCALHOST).getHostName());
        assertEquals("127.0.0.1", InetAddress.getByAddress(LOCALHOST).getCanonicalHostName());
    }

    @Test
    void names_have_their_addresses() throws UnknownHostException {
        assertTrue(InetAddress.getByName("localhost").isLoopbackAddress());
    }
}
