package io.keywheel.bootstrap.settings.values;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeSet;

/// The settings as they were written, to see which have changed. There are secrets among them, so none is shown.
public final class SettingTexts {

    private final Map<String, String> texts;

    SettingTexts(SortedMap<String, String> texts) {
        this.texts = Map.copyOf(texts);
    }

    /// The names of those that read otherwise than in `before`, or are set in one of the two alone.
    public List<String> changedSince(SettingTexts before) {
        var names = new TreeSet<>(texts.keySet());
        names.addAll(before.texts.keySet());
        return names.stream()
                .filter(name -> !Objects.equals(texts.get(name), before.texts.get(name)))
                .toList();
    }

    @Override
    public String toString() {
        return "SettingTexts[" + texts.size() + "]";
    }
}
