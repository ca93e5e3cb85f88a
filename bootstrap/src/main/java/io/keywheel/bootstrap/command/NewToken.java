package io.keywheel.bootstrap.command;

import io.keywheel.bootstrap.settings.clients.AccessTokens;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Generates a client's access token, and prints it with the setting that contains only its hash.
public record NewToken(Output output) {

    private static final String PREFIX = "kw-";

    /// 192 bits: cannot be guessed, and as long as `openssl rand -hex 24`.
    private static final int BYTES = 24;

    public int run(String client) {
        // A leading dash means that an option was intended.
        if (!AccessTokens.isClient(client) || client.startsWith("-")) {
            output.printError("A client's name has up to 32 of a-z, 0-9 and -, and does not begin with -");
            return ExitStatus.NOT_STARTED;
        }
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        String token = PREFIX + HexFormat.of().formatHex(bytes);
        // In one write, so that a reader of its beginning, such as `head -2`, does not make the rest fail.
        output.print("""
                The token for %s, which is not shown again:
                  %s
                Add this to KEYWHEEL_ACCESS_TOKENS, after a comma if tokens are there, and reload\
                 (kill -HUP, or POST /api/reload):
                  %s""".formatted(client, token, AccessTokens.hashed(client, token)));
        return ExitStatus.OK;
    }
}
