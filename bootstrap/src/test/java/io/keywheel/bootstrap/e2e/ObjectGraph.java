package io.keywheel.bootstrap.e2e;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// All objects reachable through Keywheel's classes, and their `toString`.
final class ObjectGraph {

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> next = new ArrayDeque<>();
    private final List<String> words = new ArrayList<>();

    ObjectGraph(Object root) throws ReflectiveOperationException {
        add(root);
        while (!next.isEmpty()) {
            look(next.pop());
        }
    }

    /// The `toString` of each object of Keywheel's classes.
    List<String> words() {
        return words;
    }

    /// The number of objects of a class.
    long count(String className) {
        return seen.stream()
                .filter(object -> object.getClass().getName().equals(className))
                .count();
    }

    private void look(Object object) throws ReflectiveOperationException {
        switch (object) {
            case Iterable<?> many -> many.forEach(this::add);
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    add(key);
                    add(value);
                });
            case Object[] many -> List.of(many).forEach(this::add);
            case Optional<?> some -> some.ifPresent(this::add);
            case AtomicReference<?> holder -> add(holder.get());
            default -> lookInto(object);
        }
        if (isOurs(object.getClass())) {
            words.add(object.toString());
        }
    }

    private void lookInto(Object object) throws ReflectiveOperationException {
        for (Class<?> type = object.getClass(); isOurs(type); type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    add(field.get(object));
                }
            }
        }
    }

    private void add(Object object) {
        if (object != null && seen.add(object)) {
            next.push(object);
        }
    }

    private static boolean isOurs(Class<?> type) {
        return type != null && type.getName().startsWith("io.keywheel.");
    }
}
