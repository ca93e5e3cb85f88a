package io.keywheel.experiments.world;

/// One API key.
///
/// @param place from 1, among its provider's keys
/// @param organisation whose limits it counts against
public record Key(String provider, int place, String organisation) {

    @Override
    public String toString() {
        return provider + "/" + place;
    }
}
