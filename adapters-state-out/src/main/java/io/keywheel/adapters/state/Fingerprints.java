package io.keywheel.adapters.state;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Maps keys to their names in the store: hashes with a salt, without which a guessed key cannot be checked. The
/// hash includes the base URL, so a gateway with a wrong URL cannot retire the keys of the others.
final class Fingerprints {

    private static final int BYTES = 16;

    static final Fingerprints NONE = new Fingerprints("-", List.of());

    private final Set<ProviderId> providers = new LinkedHashSet<>();
    private final Map<PoolKey.Name, String> toWire = new HashMap<>();
    private final Map<String, PoolKey.Name> toOwn = new HashMap<>();
    private final String ofClients;

    Fingerprints(String salt, List<ProviderSettings> settings) {
        ofClients = hash(salt, "clients").substring(0, 8);
        for (ProviderSettings provider : settings) {
            providers.add(provider.provider());
            for (ApiKey key : provider.keys()) {
                var own = new PoolKey.Name(provider.provider(), key.fingerprint());
                String hash = hash(salt, provider.provider() + "\n" + provider.baseUrl() + "\n" + key.reveal());
                toWire.put(own, hash);
                toOwn.put(hash, own);
            }
        }
    }

    private static String hash(String salt, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] hash = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(hash, BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    Set<ProviderId> providers() {
        return Collections.unmodifiableSet(providers);
    }

    Set<ProviderId> providersWithNewKeys(Fingerprints before) {
        var added = new HashMap<>(toOwn);
        added.keySet().removeAll(before.toOwn.keySet());
        return added.values().stream().map(PoolKey.Name::provider).collect(Collectors.toSet());
    }

    /// Distinguishes the clients of gateways with this salt from others of the same names.
    String ofClients() {
        return ofClients;
    }

    /// The name of this gateway's key in the store; null if the key was removed.
    @Nullable
    String wire(ProviderId provider, String own) {
        return toWire.get(new PoolKey.Name(provider, own));
    }

    @Nullable
    String wire(Fact.CallTarget key) {
        return wire(key.provider(), key.fingerprint());
    }

    /// The gateway's fingerprint of a key in the store; null if the gateway does not have the key.
    @Nullable
    String own(ProviderId provider, String wire) {
        PoolKey.Name own = toOwn.get(wire);
        return own == null || !own.provider().equals(provider) ? null : own.fingerprint();
    }
}
