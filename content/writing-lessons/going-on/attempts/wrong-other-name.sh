# fails: hours/page
# says: The hours are not at that address
cp ~/hours.html ~/site/opening.html
