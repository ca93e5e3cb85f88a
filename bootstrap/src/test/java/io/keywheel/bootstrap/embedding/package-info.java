@NullMarked
package io.keywheel.bootstrap.embedding;

import org.jspecify.annotations.NullMarked;
