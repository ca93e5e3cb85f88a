/// What the APIs whose answers are made of blocks share, knowing none of them.
@NullMarked
package io.keywheel.adapters.http.answers;

import org.jspecify.annotations.NullMarked;
