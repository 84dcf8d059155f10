-- Who has ordered rye bread?
SELECT customer, quantity FROM orders WHERE bread LIKE 'rye' ORDER BY id;
