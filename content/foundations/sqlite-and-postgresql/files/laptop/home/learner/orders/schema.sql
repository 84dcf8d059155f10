CREATE TABLE orders (
    id       INTEGER PRIMARY KEY,
    customer VARCHAR(12),
    bread    TEXT,
    quantity INTEGER
);
