package io.keywheel.adapters.state;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.routing.ProviderId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Maps keys to their names in the store: salted hashes, which cannot be checked against a guessed key without
/// the salt. The hash includes the base URL, so a gateway with a wrong URL cannot retire the keys of the
/// others.
final class Fingerprints {

    private static final int BYTES = 16;

    private final Map<ProviderId, String> baseUrls = new HashMap<>();
    private final Map<ProviderId, Map<String, String>> toWire = new HashMap<>();
    private final Map<ProviderId, Map<String, String>> toOwn = new HashMap<>();

    Fingerprints(String salt, List<ProviderSettings> providers) {
        for (ProviderSettings provider : providers) {
            var out = new HashMap<String, String>();
            var in = new HashMap<String, String>();
            for (ApiKey key : provider.keys()) {
                String hash = hash(salt, provider, key);
                out.put(key.fingerprint(), hash);
                in.put(hash, key.fingerprint());
            }
            baseUrls.put(provider.provider(), provider.baseUrl());
            toWire.put(provider.provider(), out);
            toOwn.put(provider.provider(), in);
        }
    }

    private static String hash(String salt, ProviderSettings provider, ApiKey key) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String text = provider.provider() + "\n" + provider.baseUrl() + "\n" + key.reveal();
            byte[] hash = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(hash, BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    Set<ProviderId> providers() {
        return toWire.keySet();
    }

    List<ProviderId> providersWithNewKeys(Fingerprints before) {
        return toOwn.entrySet().stream()
                .filter(each -> !before.toOwn
                        .getOrDefault(each.getKey(), Map.of())
                        .keySet()
                        .containsAll(each.getValue().keySet()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// The providers of `before` that were removed, or moved to another base URL.
    Set<ProviderId> removedSince(Fingerprints before) {
        var removed = new HashMap<>(before.baseUrls);
        removed.entrySet().removeAll(baseUrls.entrySet());
        return removed.keySet();
    }

    /// The name of this gateway's key in the store; null if the key was removed.
    @Nullable
    String wire(ProviderId provider, String own) {
        return toWire.getOrDefault(provider, Map.of()).get(own);
    }

    /// The gateway's fingerprint of a key in the store; null if the gateway does not have the key.
    @Nullable
    String own(ProviderId provider, String wire) {
        return toOwn.getOrDefault(provider, Map.of()).get(wire);
    }
}
